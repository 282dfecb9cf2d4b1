"""pythae's own trainer on the network of the usual loop: 784-400-20, Adam, batch 128."""

import tempfile

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import Tensor, nn

from vae.data import Dataset

IMAGES = 2_560
"""Images of an epoch, after which its trainer lets us look at the clock."""


class Encoder(BaseEncoder):  # type: ignore[misc]
    """784-400, then mean and log variance of 20 units."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        self.mu = nn.Linear(400, 20)
        self.logvar = nn.Linear(400, 20)

    def forward(self, x: Tensor) -> ModelOutput:
        h = self.hidden(x)
        return ModelOutput(embedding=self.mu(h), log_covariance=self.logvar(h))


class Decoder(BaseDecoder):  # type: ignore[misc]
    """20-400-784."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid()
        )

    def forward(self, z: Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=self.layers(z).reshape(-1, 1, 28, 28))


class PythaeLoop:
    """An epoch over a few images at a time."""

    def __init__(self, data: Dataset) -> None:
        images = data.images.take(torch.arange(IMAGES)).float() / 255
        assert data.labels is not None, "MNIST has labels"
        config = VAEConfig(input_dim=(1, 28, 28), latent_dim=20, reconstruction_loss="bce")
        self.trainer = BaseTrainer(
            VAE(config, encoder=Encoder(), decoder=Decoder()),
            BaseDataset(images, data.labels[:IMAGES]),
            training_config=BaseTrainerConfig(
                output_dir=tempfile.mkdtemp(),
                per_device_train_batch_size=128,
                learning_rate=1e-3,
                no_cuda=True,
            ),
        )
        self.trainer.prepare_training()
        self.trainer.callback_handler.callbacks.clear()  # its progress bar
        self.epoch = 0

    def __call__(self) -> int:
        self.epoch += 1
        self.trainer.train_step(self.epoch)
        return IMAGES
