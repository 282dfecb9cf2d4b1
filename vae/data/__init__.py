"""Images to learn from: where they come from, and the batches they are used in."""

from vae.data.batches import Batch, Batches
from vae.data.dataset import Dataset, Images, Split
from vae.data.in_order import in_order
from vae.data.own import from_arrays, from_torch
from vae.data.sources import load

__all__ = [
    "Batch",
    "Batches",
    "Dataset",
    "Images",
    "Split",
    "from_arrays",
    "from_torch",
    "in_order",
    "load",
]
