"""Memory for opening pictures: what one takes, the most that is taken, and who waits for it.

A picture file of a few kilobytes may unpack to gigabytes, and several are opened at once. What each
takes is known from its head, before its pixels are read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

MOST = 224 << 20
"""Bytes for the pixels of all pictures that are being opened at a moment: a telephone's HEIC has 24 million."""

_ONE_BYTE = ("1", "L", "P")
_WHOLE = {"WEBP": 17, "HEIF": 9}
"""Bytes a pixel, as measured, where a decoder keeps copies of its own."""


def needed(image: Image.Image, stored: tuple[int, int], *, layers: int = 1) -> int:
    """Bytes that reading a picture's pixels takes, of which no more than its head is read yet.

    `stored` is its size in the file, which a JPEG need not be read at; `layers` how many times
    over it is read.
    """
    pixels, whole = image.width * image.height, stored[0] * stored[1]
    kept = 1 if image.mode in _ONE_BYTE else 2 if image.mode.startswith("I;16") else 4
    if image.format == "TIFF":
        kept *= 2  # one strip may hold the whole picture, and is unpacked before it is copied
    kept = _WHOLE.get(image.format or "", kept)
    return layers * kept * pixels + round(_coefficients(image) * whole)


def most_pixels(image: Image.Image, stored: tuple[int, int], *, layers: int = 1) -> int:
    """How many pixels a file of this kind may have."""
    return MOST * stored[0] * stored[1] // max(1, needed(image, stored, layers=layers))


def _coefficients(image: Image.Image) -> float:
    """Bytes a pixel of a JPEG that comes in several scans, of which all are kept to the last."""
    if not isinstance(image, JpegImageFile) or not image.info.get("progressive", _in_parts(image)):
        return 0.0
    sampled = [across * down for _, across, down, _ in image.layer]
    return 2 * sum(sampled) / max(sampled)


def _in_parts(image: JpegImageFile) -> bool:
    """Whether the first scan, whose head Pillow has just read, holds some of the channels only."""
    assert image.fp is not None, "the file is open"
    end = image.fp.tell()
    image.fp.seek(0)
    head = image.fp.read(end)
    return head[head.rfind(b"\xff\xda") + 4] < len(image.layer)


class Room:
    """Bytes that several threads share: who wants more than are free waits, first come first served."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._turn, self._changed = Lock(), Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Hold so many bytes, no more than there are in all."""
        assert size <= self._most, "refused before"
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._taken + size <= self._most)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


ROOM = Room(MOST)
