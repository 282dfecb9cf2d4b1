"""Images as the browser shows them: PNG, small on the wire and scaled up without blur."""

import base64
import html
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
"""One picture: h w, or h w 3."""


def to_pixels(mean: npt.NDArray[np.float32]) -> Pixels:
    """One image [c h w] in [0, 1] as bytes, without the channel where it is grey."""
    image = np.rint(255 * np.clip(np.nan_to_num(mean), 0, 1)).astype(np.uint8)
    return image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)


def png(pixels: Pixels) -> bytes:
    """The picture as a PNG file."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()


def image_tag(content: bytes, alt: str) -> str:
    """A PNG as HTML, as wide as its place."""
    source = base64.b64encode(content).decode()
    image = f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}">'
    return f'<div class="picture">{image}</div>'
