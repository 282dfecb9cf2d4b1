"""The panes element: two models with a picture or a code in common."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ui import palette, plane
from ui.catalogue import Entry
from ui.live import arrays, blobs
from ui.live.bundle import script, text
from ui.live.described import part, prior
from ui.live.element import element
from ui.reconstruct.measuring import HeldOut
from vae.config import AutoencoderConfig

MAP_SIDE = 15
PIXELS = 600 * 784
"""Values of the real pictures that travel."""

Side = dict[str, Any]

_element = element(
    "latent_panes",
    html=text("comparison/panes.html"),
    css=text("base/live.css", "controls/tiles.css", "comparison/panes.css"),
    js=script("comparison/panes.js"),
)


def panes(sides: Sequence[Side | None], real: HeldOut | None, *, key: str) -> str:
    """Show two models, one where the other is None; why the browser cannot, or nothing.

    `real` are held-out pictures for both; None as long as they are on their way.
    """
    data = {
        "sides": sides,
        "real": _real(real) if real else None,
        "palette": palette.CLASSES,
    }
    result = _element(key=key, data=data, default={"problem": ""})
    return str(result.problem or "")


def side(entry: Entry, title: str) -> Side:
    """What the element is told of a model with its title.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    config = entry.config.model
    # Evenly spaced, so that what lies between the codes has the room that it has.
    two = config.latent_dim == 2
    return {
        "name": title,
        "decoder": part(entry, "decoder"),
        "encoder": part(entry, "encoder"),
        "shape": config.shape,
        "dim": config.latent_dim,
        "classes": getattr(config, "classes", 0) or 0,
        "prior": prior(entry),
        "plain": isinstance(config, AutoencoderConfig),
        "map": plane.across(MAP_SIDE, entry.reach, normal=False) if two else [],
    }


def _real(held: HeldOut) -> str:
    """The hash of the first pictures and their labels."""
    count = max(1, PIXELS // held.pixels[0].size)

    def make() -> bytes:
        labels = np.array(held.labels[:count]).astype(np.uint8)  # a colour each; 256 are enough
        return arrays.pack({"pixels": held.pixels[:count], "labels": labels})

    return blobs.digest(("panes", held.note, held.pixels.shape), make)
