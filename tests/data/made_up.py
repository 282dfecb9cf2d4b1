"""IDX files and pictures that are made up, tiny and known."""

import gzip
import struct
from io import BytesIO
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from vae.data import Dataset
from vae.data.dataset import TensorImages


def idx(values: Tensor) -> bytes:
    """Bytes of an IDX file of these values."""
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return header + values.to(torch.uint8).numpy().tobytes()


def write_set(
    folder: Path,
    *,
    train: int = 30,
    test: int = 20,
    images: Tensor | None = None,
    zipped: bool = True,
) -> Path:
    """The four files of a made-up set, whose labels go 0 1 ... 9 0 1 ...; gives back its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"train": train if images is None else len(images), "t10k": test}
    for stem, count in counts.items():
        given = images if stem == "train" and images is not None else None
        pixels = torch.randint(0, 256, (count, 28, 28)) if given is None else given.view(-1, 28, 28)
        for name, values in (("images-idx3", pixels), ("labels-idx1", torch.arange(count) % 10)):
            path = folder / f"{stem}-{name}-ubyte{'.gz' if zipped else ''}"
            path.write_bytes(gzip.compress(idx(values)) if zipped else idx(values))
    return folder


def dataset(count: int = 10, *, side: int = 8, value: int | None = None) -> Dataset:
    """Grey images of which each can be told by its first pixel and its label, or all of one value."""
    pixels = torch.zeros(count, 1, side, side, dtype=torch.uint8)
    pixels += torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1) if value is None else value
    return Dataset("made up", TensorImages(pixels), torch.arange(count), (), "Made up")


def picture(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Bytes of a picture file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(value: int = 128, size: tuple[int, int] = (12, 12)) -> bytes:
    """Bytes of a grey PNG of one value."""
    return picture(Image.new("L", size, value))
