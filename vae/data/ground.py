"""What a transparent picture is laid on: white, as viewers do, or black where it would vanish."""

import numpy as np
from PIL import Image

LIGHT = 128
"""From this value on a colour is nearer to white than to black."""
DARK_SHARE = 0.05
"""Up to this share of darker colour a picture is light: on white hardly anything of it would be seen."""


def opaque(picture: Image.Image) -> Image.Image:
    """The picture without transparency; one that has none stays as it is."""
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGBA", picture.size, "black" if _is_light(picture) else "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _is_light(picture: Image.Image) -> bool:
    """Whether what is to be seen of it is light nearly throughout."""
    weight = np.asarray(picture.getchannel("A"), np.float32)
    dark = np.asarray(picture.convert("RGB").convert("L")) < LIGHT
    seen = float(weight.sum())
    return seen > 0 and float(weight[dark].sum()) <= DARK_SHARE * seen
