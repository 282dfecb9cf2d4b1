"""One picture file of a stranger to an image of fixed shape, without trusting the file."""

import warnings
from io import BytesIO

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from vae.config import Shape
from vae.errors import DataError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".heic", ".heif")
MAX_FILE = 64 << 20
"""Bytes of a picture file."""
MAX_PIXELS = 64_000_000
"""Pixels of a picture; beyond this a small file may fill the memory."""


def decode(data: bytes, shape: Shape) -> UInt8[np.ndarray, "c h w"] | None:
    """The picture, upright, centre-cropped to shape's proportions and scaled; None if unreadable.

    What is transparent becomes white; of an animation the first frame is taken.
    """
    channels, height, width = shape
    try:
        picture = upright(data, (width, height)).convert("L" if channels == 1 else "RGB")
    except DataError:
        return None
    small = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    pixels: NDArray[np.uint8] = np.asarray(small)
    return pixels.reshape(height, width, channels).transpose(2, 0, 1)


def upright(data: bytes, at_least: tuple[int, int]) -> Image.Image:
    """The picture turned as its camera says, with eight bits a value, on white where transparent.

    A large one is read no finer than is needed for a width and a height.

    Raises:
        DataError: what cannot be read, or would take too much memory; says what to do.
    """
    if not data:
        raise DataError("The file is empty. Choose another picture.")
    if len(data) > MAX_FILE:
        raise DataError(
            f"The file has {len(data) >> 20} MB, {MAX_FILE >> 20} MB is the most. Make the picture "
            "smaller and choose it again."
        )
    try:
        return _read(data, at_least)
    except DataError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise _too_large("The picture") from error
        raise DataError(
            "This is no picture that can be read. Choose a PNG, JPEG, WebP, HEIC, BMP or GIF file."
        ) from error
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise DataError(
            "The picture is damaged or cut off. Save or photograph it anew and choose it again."
        ) from error


def _read(data: bytes, at_least: tuple[int, int]) -> Image.Image:
    formats: tuple[str, ...] = FORMATS
    if data[4:8] == b"ftyp":  # what telephones write; its decoder takes a while to load
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener()
        formats = (*FORMATS, "HEIF")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours
        image = Image.open(BytesIO(data), formats=formats)
    with image:
        size = f"The picture of {image.width:,} by {image.height:,} pixels"
        image.draft(None, at_least)  # JPEG: decode no finer than needed
        if image.width * image.height > MAX_PIXELS:
            raise _too_large(size)
        factor = min(image.width // at_least[0], image.height // at_least[1]) // 2
        few = image.reduce(factor) if factor > 1 and image.mode in _MEAN else image
        return _flatten(ImageOps.exif_transpose(few))


_MEAN = ("L", "RGB", "CMYK", "YCbCr")
"""Modes of which values can be averaged; with transparency the colours below it would count."""


def _too_large(size: str) -> DataError:
    return DataError(
        f"{size} is too large: {MAX_PIXELS // 1_000_000} million pixels are the most. Make it smaller "
        "and choose it again."
    )


def _flatten(image: Image.Image) -> Image.Image:
    """The picture with eight bits a value, laid on white where it is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would clip
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if not image.has_transparency_data:
        return image
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
