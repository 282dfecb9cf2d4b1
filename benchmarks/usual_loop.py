"""The training loop that tutorials teach, as the yardstick: after PyTorch's own VAE example."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from vae.data import Dataset

CHUNK = 20
"""Steps between two looks at the clock."""


class Digits(datasets.MNIST):  # type: ignore[misc]
    """torchvision's MNIST, with its way to an image, over digits that are in memory already."""

    def __init__(self, data: Dataset) -> None:
        self.data = data.images.take(torch.arange(len(data)))[:, 0]
        self.targets = data.labels
        self.transform = transforms.ToTensor()
        self.target_transform = None


class Mlp(nn.Module):
    """784-400-20, as in the example."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, 20)
        self.fc22 = nn.Linear(400, 20)
        self.fc3 = nn.Linear(20, 400)
        self.fc4 = nn.Linear(400, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h1 = F.relu(self.fc1(x.view(-1, 784)))
        return self.fc21(h1), self.fc22(h1)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x)
        std = torch.exp(0.5 * logvar)
        z = mu + torch.randn_like(std) * std
        return self.decode(z), mu, logvar


class Conv(Mlp):
    """The convolutional network that ours is compared with: 32 and 64 channels, 256 hidden units."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(3136, 256),
            nn.ReLU(),
        )
        self.fc1 = nn.Identity()  # type: ignore[assignment]
        self.fc21 = nn.Linear(256, 20)
        self.fc22 = nn.Linear(256, 20)
        self.fc3 = nn.Identity()  # type: ignore[assignment]
        self.fc4 = nn.Identity()  # type: ignore[assignment]
        self.pixels = nn.Sequential(
            nn.Linear(20, 256),
            nn.ReLU(),
            nn.Linear(256, 3136),
            nn.ReLU(),
            nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, 2, 1),
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h1 = self.features(x)
        return self.fc21(h1), self.fc22(h1)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.pixels(z)).view(-1, 784)


def loss_function(recon_x: Tensor, x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Cross-entropy + KL, summed over the batch."""
    bce = F.binary_cross_entropy(recon_x, x.view(-1, 784), reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


class UsualLoop:
    """A chunk of steps at a time, epoch after epoch."""

    def __init__(self, data: Dataset, model: nn.Module, batch_size: int = 128) -> None:
        self.loader: DataLoader[Tensor] = DataLoader(
            Digits(data), batch_size=batch_size, shuffle=True
        )
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        self.batches = self._forever()
        self.train_loss = 0.0

    def _forever(self) -> Iterator[Tensor]:
        while True:
            for images, _ in self.loader:
                yield images

    def __call__(self) -> int:
        images = 0
        for _ in range(CHUNK):
            x = next(self.batches)
            self.optimizer.zero_grad()
            recon_batch, mu, logvar = self.model(x)
            loss = loss_function(recon_batch, x, mu, logvar)
            loss.backward()
            self.train_loss += loss.item()
            self.optimizer.step()
            images += len(x)
        return images
