"""What every source of images turns into: bytes by index, with labels and a sentence about them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Int, Shaped, UInt8
from torch import Tensor

from vae.errors import DataError

Split = Literal["train", "test", "all"]

Progress = Callable[[str, int, int], None]
"""Called with what is being worked on, how much is done and how much there is."""


@runtime_checkable
class Images(Protocol):
    """Images by index, each of `shape` (channels, height, width), as bytes from 0 to 255."""

    shape: tuple[int, int, int]
    binary: bool
    """Whether every pixel is 0 or 255, so that binarising would change nothing."""

    def __len__(self) -> int:
        """How many images there are."""
        ...

    def take(self, index: Int[Tensor, " n"]) -> UInt8[Tensor, "n c h w"]:
        """The images at these indices, on the device of the images."""
        ...

    def subset(self, index: Int[Tensor, " n"]) -> "Images":
        """The images at these indices, numbered anew from 0."""
        ...

    def to(self, device: torch.device | str) -> "Images":
        """The same images on a device."""
        ...


class TensorImages:
    """Images held once, in one tensor."""

    def __init__(self, pixels: Shaped[Tensor, "n c h w"], *, binary: bool = False) -> None:
        if pixels.dtype != torch.uint8:
            raise DataError(
                f"TensorImages holds bytes from 0 to 255, this is {pixels.dtype}. Use "
                "vae.data.from_arrays, which takes fractions from 0 to 1 as well."
            )
        _, channels, height, width = pixels.shape
        self.shape = (channels, height, width)
        self.binary = binary
        self._pixels = pixels.contiguous()

    def __len__(self) -> int:
        """How many images there are."""
        return len(self._pixels)

    def take(self, index: Int[Tensor, " n"]) -> UInt8[Tensor, "n c h w"]:
        """The images at these indices, on the device of the images."""
        return self._pixels.index_select(0, index.to(self._pixels.device))

    def subset(self, index: Int[Tensor, " n"]) -> "TensorImages":
        """The images at these indices, copied and numbered anew from 0."""
        return TensorImages(self.take(index), binary=self.binary)

    def to(self, device: torch.device | str) -> "TensorImages":
        """The same images on a device; not copied where they are there already."""
        return TensorImages(self._pixels.to(device), binary=self.binary)


@dataclass(frozen=True)
class Dataset:
    """Images, their labels where they have any, and one plain sentence on what they are."""

    name: str
    images: Images
    labels: Int[Tensor, " n"] | None
    classes: tuple[str, ...]
    note: str
    files: tuple[str, ...] | None = None
    """The name of each image's file, where it has one of its own."""
    lines: tuple[str, ...] = ()
    """The note in lines, where more is to be said than one: what was understood, and left out."""

    def __len__(self) -> int:
        """How many images there are."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of every image."""
        return self.images.shape

    def subset(self, index: Int[Tensor, " n"]) -> "Dataset":
        """The images at these indices, with their labels; the note stays."""
        labels = None if self.labels is None else self.labels[index]
        files = self.files and tuple(self.files[place] for place in index.tolist())
        return replace(self, images=self.images.subset(index), labels=labels, files=files)

    def first(self, count: int) -> "Dataset":
        """The first so many images, and the note says so; all where there are no more."""
        if count >= len(self):
            return self
        note = f"{self.note}; the first {count:,} of them"
        more = f"the first {count:,} of them"
        return replace(
            self.subset(torch.arange(count)), note=note, lines=self.lines and (*self.lines, more)
        )


def describe(title: str, count: int, split: Split) -> str:
    """The sentence on so many images: "MNIST: 60,000 training images"."""
    kind = {"train": "training images", "test": "test images", "all": "images"}[split]
    return f"{title}: {count:,} {kind if count != 1 else kind.removesuffix('s')}"
