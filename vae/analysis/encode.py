"""Images to codes."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from vae.analysis.fits import device_of, fitting
from vae.data import Dataset, in_order
from vae.data.batches import Pixels
from vae.models import Model


@dataclass(frozen=True)
class Codes:
    """q(z|x) of every image, in the data's order, on the CPU."""

    mu: Float[Tensor, "n d"]
    logvar: Float[Tensor, "n d"]
    labels: Int[Tensor, "n"] | None

    def __len__(self) -> int:
        """How many images were encoded."""
        return len(self.mu)


@torch.no_grad()
def encode(
    model: Model,
    data: Dataset,
    *,
    pixels: Pixels = "grey",
    batch_size: int = 1000,
    limit: int | None = None,
    seed: int = 0,
) -> Codes:
    """Means and log variances of q(z|x) for the first `limit` images, or for all.

    The seed is that of the binarisation, which `grey` pixels do without. A conditional model
    takes each image's own label.
    """
    data = data if limit is None else data.first(limit)
    data = fitting(model, data)
    mu, logvar = [], []
    for batch in in_order(
        data, batch_size=batch_size, pixels=pixels, seed=seed, device=device_of(model)
    ):
        posterior = model.encode(batch.x, batch.y if model.classes else None)
        mu.append(posterior.mu.cpu())
        logvar.append(posterior.logvar.cpu())
    labels = None if data.labels is None else data.labels.cpu()
    return Codes(torch.cat(mu), torch.cat(logvar), labels)
