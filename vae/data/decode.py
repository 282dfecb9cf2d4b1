"""One picture file of a stranger to an image of fixed shape, without trusting the file."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from math import ceil

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from vae.config import Shape
from vae.data import room
from vae.data.depth import Box, Deep, is_deep, layers, strips
from vae.data.ground import opaque
from vae.errors import DataError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".heic", ".heif", ".bmp", ".gif"),
    *(".tif", ".tiff", ".pgm", ".ppm", ".pbm"),
)
MAY_BE_DEEP = (".png", ".tif", ".tiff", ".pgm", ".ppm")
"""Suffixes of files that may have more than eight bits a value."""
MAX_FILE = 64 << 20
"""Bytes of a picture file."""
MAX_PIXELS = 64_000_000
"""Pixels of a picture of any kind; most kinds take too much memory before."""
MAX_SIDE = 65_500
"""Pixels of a side: as many as a JPEG may have."""
_NARROW = 8
"""Pixels that the smaller side of a picture keeps, where it has them."""

Size = tuple[int, int]
"""Width and height."""


def decode(data: bytes, shape: Shape, bits: int | None = None) -> UInt8[np.ndarray, "c h w"] | None:
    """The picture, upright, centre-cropped to shape's proportions and scaled; None if unreadable.

    What is transparent becomes white, or black where the rest is light; of an animation the first
    frame is taken. `bits` is how many a value takes in a file of more than eight, found by
    `bits_used` of all pictures that are to look alike; None asks the file itself.
    """
    channels, height, width = shape
    try:
        picture = upright(data, (width, height), cut=True, bits=bits)
    except DataError:
        return None
    picture = picture.convert("L" if channels == 1 else "RGB")
    small = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    pixels: NDArray[np.uint8] = np.asarray(small)
    return pixels.reshape(height, width, channels).transpose(2, 0, 1)


def bits_used(data: bytes) -> int | None:
    """How many bits the largest value takes, 8 to 16, in a file that has room for more than eight.

    None of other files, which most are and which their head tells, and of what cannot be read.
    """
    try:
        with _opened(data) as images:
            return Deep.read(*images).bits() if is_deep(images[0]) else None
    except DataError:
        return None


def upright(
    data: bytes, at_least: Size, *, cut: bool = False, bits: int | None = None
) -> Image.Image:
    """The picture turned as its camera says, grey or RGB, with eight bits a value and opaque.

    A large one is read no finer than is needed to fill a size with its middle, where it is to be
    `cut`, or else to lie within that size as a whole.

    Raises:
        DataError: what cannot be read, or would take too much memory; says what to do.
    """
    with _opened(data, lambda size: _needed(size, at_least, cut=cut)) as images:
        image, read = images[0], _parts(images, bits)
        turn = _TURNS.get(image.getexif().get(0x0112, 1))
        if turn in _ON_ITS_SIDE:
            at_least = at_least[::-1]
        box = _middle(image.size, at_least) if cut else (0, 0, *image.size)
        small = opaque(_reduced(read, box, _needed(image.size, at_least, cut=cut)))
    return small if turn is None else small.transpose(turn)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by the orientation that its EXIF states."""
_ON_ITS_SIDE = {_TURNS[stated] for stated in (5, 6, 7, 8)}


# --- opening --------------------------------------------------------------------------------------


@contextmanager
def _opened(
    data: bytes, needed: Callable[[Size], Size] | None = None
) -> Iterator[list[Image.Image]]:
    """The picture of which the head is read, as often as it has to be read, with room for its pixels.

    Errors become sentences.
    """
    _check_file(data)
    try:
        image = _open(data)
        stored, often = image.size, layers(image)
        if needed:
            image.draft(None, needed(stored))  # JPEG: decode no finer than needed
        _check_size(image, stored)
        images = [image, *(_open(data) for _ in range(often - 1))]
        with room.ROOM.taken(room.needed(image, stored, layers=often)):
            try:
                yield images
            finally:
                for each in images:
                    each.close()  # and let the pixels go before the next one has the room
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(
            "This is no picture that can be read. Choose a PNG, JPEG, WebP, HEIC, TIFF, BMP or GIF file."
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large("The picture", MAX_PIXELS) from error
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise DataError(
            "The picture is damaged or cut off. Save or photograph it anew and choose it again."
        ) from error


def _open(data: bytes) -> Image.Image:
    formats: tuple[str, ...] = FORMATS
    if data[4:8] == b"ftyp":  # what telephones write; its decoder takes a while to load
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener()
        formats = (*FORMATS, "HEIF")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours
        return Image.open(BytesIO(data), formats=formats)


def _check_file(data: bytes) -> None:
    if not data:
        raise DataError("The file is empty. Choose another picture.")
    if len(data) > MAX_FILE:
        raise DataError(
            f"The file has {len(data) >> 20} MB, {MAX_FILE >> 20} MB is the most. Make the picture "
            "smaller and choose it again."
        )


def _check_size(image: Image.Image, stored: Size) -> None:
    """DataError where the pixels would take too much memory."""
    size = f"The picture of {stored[0]:,} by {stored[1]:,} pixels"
    if max(stored) > MAX_SIDE:
        raise DataError(f"{size} is too large: {MAX_SIDE:,} pixels a side are the most. Cut it.")
    most = min(MAX_PIXELS, room.most_pixels(image, stored, layers=layers(image)))
    if stored[0] * stored[1] > most:
        raise _too_large(size, most)


def _too_large(size: str, most: int) -> DataError:
    return DataError(
        f"{size} is too large: {most // 1_000_000} million pixels are the most for a file of this "
        "kind. Make it smaller, or save it as JPEG, and choose it again."
    )


# --- reading --------------------------------------------------------------------------------------


def _parts(images: list[Image.Image], bits: int | None) -> Callable[[Box], Image.Image]:
    """What reads a part of the picture, as L, RGB or RGBA."""
    image = images[0]
    if not is_deep(image):
        image.load()
        return lambda box: _plain(image.crop(box))
    deep = Deep.read(*images)
    found = deep.bits()
    used = found if found is None else max(found, bits or 0)
    return lambda box: deep.part(box, used)


def _plain(part: Image.Image) -> Image.Image:
    if part.has_transparency_data:
        return part.convert("RGBA")
    return part if part.mode in ("L", "RGB") else part.convert("L" if part.mode == "1" else "RGB")


def _needed(size: Size, at_least: Size, *, cut: bool) -> Size:
    """The width and height below which a picture must not be read; twice as much of what will be cut."""
    if cut:
        return 2 * at_least[0], 2 * at_least[1]
    scale = min(at_least[0] / size[0], at_least[1] / size[1])
    return max(_NARROW, ceil(scale * size[0])), max(_NARROW, ceil(scale * size[1]))


def _middle(size: Size, proportions: Size) -> Box:
    """The middle of a picture in some proportions, with up to a pixel more at each end."""
    scale = min(size[0] / proportions[0], size[1] / proportions[1])
    left, top = (int((size[i] - scale * proportions[i]) / 2) for i in (0, 1))
    return left, top, size[0] - left, size[1] - top


def _reduced(read: Callable[[Box], Image.Image], box: Box, needed: Size) -> Image.Image:
    """A box at the least size that is enough, averaged strip by strip; transparent colours count less."""
    width, height = box[2] - box[0], box[3] - box[1]
    factor = max(1, min(width // needed[0], height // needed[1]))
    whole: Image.Image | None = None
    for part in strips(box, factor):
        small = read(part).reduce(factor)
        if whole is None:
            whole = Image.new(small.mode, (small.width, -(-height // factor)))
        whole.paste(small, (0, (part[1] - box[1]) // factor))
    assert whole is not None, "a picture has a row"
    return whole
