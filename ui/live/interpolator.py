"""The interpolator element: a picture on its way between others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ui.catalogue import Entry
from ui.live import arrays, blobs
from ui.live.bundle import script, text
from ui.live.described import across, described, sent
from ui.live.element import element
from ui.live.viewed import asked_to_open, viewed
from ui.reconstruct.measuring import HeldOut
from ui.state import Picture, View

_ITEM = r"(p\d{1,7}|d\d{1,4}|o|c(\d+:-?\d+(~\d+:-?\d+)*)?)"
_CORNER = rf"{_ITEM}(\.{_ITEM})*(y\d+)?"
FIELDS = {
    "way": "two|four|sum|map",
    "curve": "straight|spherical",
    "corners": rf"{_CORNER}(,{_CORNER}){{0,3}}",
    "at": r"-?\d\.\d\d(,\d\.\d\d)?",
}
"""What the address says of it, and what each value looks like; `corners.js` has the words."""

OFFERED = 40
"""Pictures of the data that are there to choose from."""

_element = element(
    "latent_interpolator",
    html=text("interpolator/interpolator.html"),
    css=text("base/live.css", "controls/tiles.css", "interpolator/interpolator.css"),
    js=script("interpolator/interpolator.js"),
)


@dataclass(frozen=True)
class Interpolated:
    """Where the hand rests, and the code and label that were opened."""

    view: View
    opened: tuple[tuple[float, ...], int | None] | None
    problem: str
    shown: bool
    """Whether there is a picture already."""


def interpolator(
    entry: Entry,
    *,
    key: str,
    begin: View,
    class_names: Sequence[str],
    pictures: HeldOut | str,
    picture: Picture | None = None,
) -> Interpolated:
    """Show a model's way between pictures. `begin` is taken over when its revision is another one.

    `pictures` are offered, or a word why there are none; `picture` is what a person has drawn.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    data = described(entry, class_names) | {
        "images": None if isinstance(pictures, str) else _images(entry, pictures),
        "note": pictures if isinstance(pictures, str) else f"{pictures.note}.",
        "picture": sent(picture),
        "across": across(entry),
        "z": begin.z,
        "label": begin.label,
        "fields": begin.fields,
        "revision": begin.revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"seen": None, "problem": "", "shown": False},
        triggers=("open",),
    )
    view = viewed(result.seen, entry.key, begin, FIELDS, len(class_names))
    opened = asked_to_open(result.open, entry.key, len(begin.z), len(class_names))
    return Interpolated(view, opened, str(result.problem or ""), bool(result.shown))


def _images(entry: Entry, pictures: HeldOut) -> dict[str, Any]:
    """Where the browser finds the first pictures, and their labels."""
    pixels = pictures.pixels[:OFFERED]
    key = ("offered", entry.config.data.model_dump_json(), entry.config.model.shape)
    digest = blobs.digest(key, lambda: arrays.pack({"pixels": pixels}))
    return {"digest": digest, "labels": pictures.labels[:OFFERED] or (None,) * len(pixels)}
