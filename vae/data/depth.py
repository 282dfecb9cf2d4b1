"""Pictures of more than eight bits a value, as microscopes and scanners write them, brought to eight.

Sixteen bits are often a container for ten or twelve; taken for sixteen they would be black. So the
least of the usual numbers of bits counts that holds the largest value.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from vae.errors import DataError

BITS = (8, 10, 12, 14, 16)

Box = tuple[int, int, int, int]
Values = NDArray[np.float32]

STRIP = 1 << 16
"""Pixels that are looked at together: what is computed of them takes little memory."""


def strips(box: Box, rows: int = 1) -> Iterator[Box]:
    """A box from top to bottom in parts of so many rows, or a multiple of them."""
    left, top, right, bottom = box
    rows *= max(1, STRIP // (rows * max(1, right - left)))
    for start in range(top, bottom, rows):
        yield left, start, right, min(start + rows, bottom)


def is_deep(image: Image.Image) -> bool:
    """Whether a picture, of which no more than its head is read yet, has more than eight bits a value."""
    return image.mode[0] in "IF" or _raw(image) is not None


def layers(image: Image.Image) -> int:
    """How many times such a picture has to be read: Pillow gives eight bits of a colour at a time."""
    return 1 if _swapped(image) is None else 2


@dataclass(frozen=True)
class Deep:
    """A picture whose values have more than eight bits."""

    upper: Image.Image
    """Grey as it is; of colour the upper eight bits."""
    lower: Image.Image | None
    """Of colour the lower eight bits, where they can be read."""

    @classmethod
    def read(cls, image: Image.Image, again: Image.Image | None = None) -> "Deep":
        """From a file of which the head is read; opened `again` where it has two `layers`."""
        if again is not None:
            swapped = _swapped(image)
            assert swapped is not None, "has two layers"
            assert isinstance(again, ImageFile.ImageFile), "an opened file"
            again.tile = [tile._replace(args=_with_raw(tile.args, swapped)) for tile in again.tile]
            again.load()
        image.load()
        return cls(image, again)

    def bits(self) -> int | None:
        """How many bits the largest value takes; None of fractions, which go from 0 to 1.

        Raises:
            DataError: numbers of which nobody says what is black and what is white.
        """
        fractions = self.upper.mode == "F"
        low, high = self._extent()
        if not (
            low >= 0 and high <= (1 if fractions else 2 ** BITS[-1] - 1)
        ):  # nor where one is NaN
            raise DataError(
                f"The values of the picture go from {low:g} to {high:g}. Needed are fractions from "
                f"0 to 1, or whole numbers from 0 to 65,535. {_REMEDY}"
            )
        if fractions:
            return None
        found = next(bits for bits in BITS if high < 2**bits)
        if self.upper.mode.startswith("RGB") and self.lower is None and found < BITS[-1]:
            raise DataError(
                f"The picture has 16 bits a value and uses {found} of them, which cannot be read "
                f"together with transparency. {_REMEDY}"
            )
        return found

    def part(self, box: Box, bits: int | None) -> Image.Image:
        """A part of the picture with eight bits a value, white where all `bits` of a value are set."""
        most = 1.0 if bits is None else 2**bits - 1
        pixels = (255 / most * self._values(box)).round().clip(0, 255).astype(np.uint8)
        if self.upper.mode == "RGBA":
            alpha = np.asarray(self.upper.crop(box))[..., 3:]
            pixels = np.concatenate([pixels, alpha], -1)
        return Image.fromarray(pixels)

    def _values(self, box: Box) -> Values:
        """Grey [h w], or the colours [h w 3]."""
        upper = np.asarray(self.upper.crop(box), np.float32)
        if upper.ndim == 2:
            return upper
        lower = upper if self.lower is None else np.asarray(self.lower.crop(box), np.float32)
        return (256 * upper + lower)[..., :3]

    def _extent(self) -> tuple[float, float]:
        """The smallest and the largest value; NaN where any is."""
        ends = [
            (values.min(), values.max())
            for values in map(self._values, strips((0, 0, *self.upper.size)))
        ]
        return float(np.min(ends)), float(np.max(ends))


_REMEDY = "Save it with 8 bits a value and choose it again."


def _raw(image: Image.Image) -> str | None:
    """How the file holds colour of 16 bits a value, as Pillow names it, such as `RGB;16B`."""
    if image.mode not in ("RGB", "RGBA"):
        return None
    named = [_raw_of(tile.args) for tile in getattr(image, "tile", ())]
    return next((name for name in named if name[-3:-1] == "16"), None)


def _swapped(image: Image.Image) -> str | None:
    """The name by which Pillow reads the lower bytes instead of the upper ones."""
    name = _raw(image)
    if name is None or name.startswith("LA"):
        return None
    little = name[-1] == "L" or (name[-1] == "N" and sys.byteorder == "little")
    return name[:-1] + ("B" if little else "L")


def _raw_of(args: object) -> str:
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""


def _with_raw(args: object, raw: str) -> tuple[object, ...] | str:
    return (raw, *args[1:]) if isinstance(args, tuple) else raw
