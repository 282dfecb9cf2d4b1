"""MNIST, Fashion-MNIST and KMNIST: their names, their classes, and their files in a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from vae.classes import CLASSES
from vae.config import DataName
from vae.data.dataset import Dataset, Split, TensorImages, describe
from vae.data.idx import read_images, read_labels
from vae.errors import DataError

Part = Literal["train", "test"]

STEMS: dict[Part, str] = {"train": "train", "test": "t10k"}
PARTS: dict[Split, tuple[Part, ...]] = {
    "train": ("train",),
    "test": ("test",),
    "all": ("train", "test"),
}


@dataclass(frozen=True)
class IdxSet:
    """A published set of four IDX files."""

    name: DataName
    title: str
    torchvision: str
    """Torchvision's class for it, and the folder that torchvision keeps it in."""
    opening: dict[Part, tuple[int, ...]]
    """Its first labels, by which it is told from the others, whose files have the same names."""


MNIST = IdxSet(
    "mnist",
    "MNIST",
    "MNIST",
    {"train": (5, 0, 4, 1, 9, 2, 1, 3, 1, 4), "test": (7, 2, 1, 0, 4, 1, 4, 9, 5, 9)},
)
FASHION = IdxSet(
    "fashion-mnist",
    "Fashion-MNIST",
    "FashionMNIST",
    {"train": (9, 0, 0, 3, 0, 2, 7, 2, 5, 5), "test": (9, 2, 1, 1, 6, 1, 4, 6, 5, 7)},
)
KMNIST = IdxSet("kmnist", "KMNIST", "KMNIST", {})
SETS = {each.name: each for each in (MNIST, FASHION, KMNIST)}


def find_folder(which: IdxSet, root: Path, split: Split) -> Path | None:
    """The folder at or under `root` that holds all files of a split, or None.

    Sub-folders named for the set come first, then torchvision's layout, then `root` itself.
    """
    for folder in _folders(which, root):
        if all(_file(folder, name) for part in PARTS[split] for name in _names(part)):
            return folder
    return None


def _folders(which: IdxSet, root: Path) -> list[Path]:
    below = (which.name, which.torchvision, f"{which.torchvision}/raw", ".")
    return [root / name for name in below]


def file_names(split: Split) -> tuple[str, ...]:
    """The names of the files that a split is in, unzipped."""
    return tuple(name for part in PARTS[split] for name in _names(part))


def lacking(which: IdxSet, root: Path, split: Split) -> tuple[str, ...]:
    """The files of a split that are in none of the folders at or under `root` that are looked into."""
    folders = _folders(which, root)
    return tuple(name for name in file_names(split) if not any(_file(f, name) for f in folders))


def read_split(which: IdxSet, folder: Path, split: Split) -> Dataset:
    """A split from a folder that holds its files."""
    parts = [_read_part(which, folder, part) for part in PARTS[split]]
    images = torch.cat([images for images, _ in parts]) if len(parts) > 1 else parts[0][0]
    labels = torch.cat([labels for _, labels in parts])
    note = describe(which.title, len(labels), split)
    return Dataset(which.name, TensorImages(images), labels, CLASSES[which.name], note)


def foreign(which: IdxSet, folder: Path, split: Split) -> IdxSet | None:
    """The other set that a folder's files hold, as their first labels tell, or None."""
    part = PARTS[split][0]
    labels = _labels(folder, part)[:10].tolist()
    others = (other for other in SETS.values() if other is not which)
    return next((other for other in others if other.opening.get(part) == tuple(labels)), None)


def _read_part(
    which: IdxSet, folder: Path, part: Part
) -> tuple[UInt8[Tensor, "n 1 28 28"], Int[Tensor, " n"]]:
    path = _file(folder, _names(part)[0])
    assert path is not None
    images, labels = read_images(path), _labels(folder, part)
    if len(images) != len(labels):
        raise DataError(
            f"{path} holds {len(images):,} images and its file of labels {len(labels):,}. "
            f"Fetch {which.title} again."
        )
    if int(labels.max()) >= len(CLASSES[which.name]):
        raise DataError(
            f"The labels beside {path} go up to {int(labels.max())}, {which.title} has "
            f"{len(CLASSES[which.name])} classes. Fetch it again."
        )
    return images, labels


def _labels(folder: Path, part: Part) -> Int[Tensor, " n"]:
    path = _file(folder, _names(part)[1])
    assert path is not None
    return read_labels(path)


def _names(part: Part) -> tuple[str, str]:
    stem = STEMS[part]
    return f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte"


def _file(folder: Path, name: str) -> Path | None:
    """The file of this name, plain, gzipped, or with the dot that some mirrors put before idx.

    Some programs unpack it into a folder of its own name.
    """
    dotted = name.replace("-idx", ".idx")
    forms = (name, f"{name}.gz", dotted, f"{dotted}.gz")
    places = [folder / form for form in forms]
    places += [folder / outer / form for outer in forms for form in forms]
    return next((path for path in places if path.is_file()), None)
