"""The map element: an image a point, decoded where the hand is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui import palette
from ui.catalogue import Entry
from ui.live import weights
from ui.live.bundle import script, text
from ui.live.element import element
from ui.live.viewed import viewed
from ui.state import View

FIELDS = {
    "at": r"-?\d{1,4}\.\d\d(,-?\d{1,4}\.\d\d){2,4}",
    "colour": r"[\w-]+",
    "size": r"\d{1,2}(\.5)?",
    "image": r"\d{1,6}",
}
"""What the address says of it, and what each value looks like."""

_element = element(
    "latent_map",
    html=text("map/map.html"),
    css=text("base/live.css", "map/map.css"),
    js=script("map/map.js"),
)


@dataclass(frozen=True)
class Chart:
    """What is drawn: hashes of arrays that `ui.live.blobs` keeps, and what they mean."""

    codes: str
    """{mu [n d], logvar [n d] where codes have a spread, and columns by the ids of `tints`}."""
    places: str
    """{places [n 2] or [n 3]}."""
    linear: Mapping[str, Any] | None
    """{mean, components} of a map that is linear; None for another."""
    atlas: str
    """{pictures [n c h w] of bytes}; empty as long as they are not there."""
    names: Sequence[str]
    """Of the classes that `label` counts."""
    tints: Sequence[Mapping[str, str]]
    """Columns to colour by, {id, title, unit}."""
    title: str
    """For files that are saved."""


def latent_map(
    entry: Entry, chart: Chart, *, key: str, begin: View, class_names: Sequence[str]
) -> View:
    """Show a map; where the hand rests. `begin` is taken over when its revision is another one.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    config = entry.config.model
    data = {
        **vars(chart),
        "model": entry.key,
        "decoder": weights.digest(entry.weights, entry.version, config, "decoder"),
        "classes": list(class_names),
        "palette": palette.CLASSES,
        "ramp": palette.RAMP,
        "plain": palette.PLAIN,
        "z": begin.z,
        "label": begin.label,
        "fields": begin.fields,
        "revision": begin.revision,
    }
    result = _element(key=key, data=data, default={"seen": None})
    return viewed(result.seen, entry.key, begin, FIELDS, len(class_names))
