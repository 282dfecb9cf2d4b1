"""One picture file of a stranger to an image of fixed shape, without trusting the file."""

from io import BytesIO

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray
from PIL import Image, ImageOps

from vae.config import Shape

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
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
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            image.draft(None, (width, height))  # JPEG: decode no finer than needed
            if image.width * image.height > MAX_PIXELS:
                return None
            upright = _flatten(ImageOps.exif_transpose(image)).convert(
                "L" if channels == 1 else "RGB"
            )
        small = ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS)
    except Exception:  # decoders of damaged files raise nearly anything
        return None
    pixels: NDArray[np.uint8] = np.asarray(small)
    return pixels.reshape(height, width, channels).transpose(2, 0, 1)


def _flatten(image: Image.Image) -> Image.Image:
    """The picture with eight bits a value, laid on white where it is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would clip
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if not image.has_transparency_data:
        return image
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
