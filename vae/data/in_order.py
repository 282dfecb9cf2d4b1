"""Every image once, in its own order: what a measurement goes through."""

from collections.abc import Iterator

import torch

from vae.data.batches import Batch, Pixels
from vae.data.binarise import binarise
from vae.data.dataset import Dataset

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
