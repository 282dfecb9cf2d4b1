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


def mosaic(means: npt.NDArray[np.float32], columns: int) -> Pixels:
    """Images [n c h w] side by side in rows, as one picture."""
    n, c, h, w = means.shape
    rows = n // columns
    tiles = means[: rows * columns].reshape(rows, columns, c, h, w)
    return to_pixels(tiles.transpose(2, 0, 3, 1, 4).reshape(c, rows * h, columns * w))


def png(pixels: Pixels) -> bytes:
    """The picture as a PNG file."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()


def image_tag(content: bytes, alt: str, marker: tuple[float, float] | None = None) -> str:
    """A PNG as HTML, as wide as its place; the marker is a point in parts of width and height."""
    source = base64.b64encode(content).decode()
    image = f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}">'
    if marker is None:
        return f'<div class="picture">{image}</div>'
    left, top = (f"{100 * part:.2f}%" for part in marker)
    return f'<div class="picture">{image}<i style="left:{left};top:{top}"></i></div>'
