"""Every image once, in its own order: what an encoding or an evaluation goes through."""

from collections.abc import Iterator

import torch

from vae.data import Batch, Dataset
from vae.data.batches import Pixels
from vae.data.binarise import binarise
from vae.errors import DataError
from vae.models import Model

BLOCK = 1000
"""Images binarised at a time. Fixed, so that the noise does not depend on the batch size."""


def in_order(
    data: Dataset, *, batch_size: int, pixels: Pixels, seed: int, device: torch.device | str
) -> Iterator[Batch]:
    """Batches of at most `BLOCK` images, from the first image to the last.

    Binarised pixels are drawn on the CPU by the seed: the same at every pass, on every device.
    """
    noise = torch.Generator().manual_seed(seed)
    for index in torch.arange(len(data)).split(BLOCK):
        values = data.images.take(index).cpu()
        grey = pixels == "grey" or data.images.binary
        x = values.float() / 255 if grey else binarise(values, noise)
        for part, chosen in zip(x.split(batch_size), index.split(batch_size), strict=True):
            y = None if data.labels is None else data.labels[chosen].to(device)
            yield Batch(part.to(device), y)


def check_fits(model: Model, data: Dataset) -> None:
    """DataError where a model cannot take these images."""
    if len(data) == 0:
        raise DataError(f"{data.name} holds no image; at least one is needed. Use other data.")
    if tuple(data.shape) != tuple(model.config.shape):
        raise DataError(
            f"{data.name} has images of {tuple(data.shape)}, the model takes {model.config.shape}. "
            "Choose the data that the model was trained on, or another model."
        )
    if not model.classes:
        return
    if data.labels is None:
        raise DataError(
            f"{data.name} has no labels, which a conditional model needs. Choose other data."
        )
    if (found := int(data.labels.max()) + 1) > model.classes:
        raise DataError(
            f"{data.name} has {found} classes, the model knows {model.classes}. Choose other data."
        )


def device_of(model: Model) -> torch.device:
    """Where a model's weights are."""
    return next(model.parameters()).device
