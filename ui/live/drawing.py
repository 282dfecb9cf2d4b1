"""The drawing element: a pad, and what a model makes of it while the pen moves."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui.catalogue import Entry
from ui.live import described, viewed
from ui.live.bundle import script, text
from ui.live.element import element
from ui.state import Picture, PicturePush
from vae.config import AutoencoderConfig, LadderConfig

_element = element(
    "latent_drawing",
    html=text("drawing/drawing.html"),
    css=text("base/live.css", "controls/tiles.css", "drawing/drawing.css"),
    js=script("drawing/drawing.js"),
)

ORIGINS = ("drawn", "data", "upload")


@dataclass(frozen=True)
class Shelf:
    """Pictures to pick from: where the browser finds them, and what they are."""

    digest: str
    names: tuple[str, ...]
    labels: tuple[int, ...]
    leaf: int


@dataclass(frozen=True)
class Shown:
    """What was measured of a picture, as it is shown."""

    of: str
    """Which picture: `Drawn.of`."""
    numbers: list[tuple[str, str, str]]
    """Name, value, and what it means."""
    lines: dict[str, str]
    """A line for each model beside it, by its key."""


@dataclass(frozen=True)
class Drawn:
    """Where the pen rests."""

    picture: Picture | None
    """None for an empty pad."""
    of: str
    """Tells one picture in one model from any other."""
    leaf: int
    """Which page of the shelf is asked for."""


@dataclass(frozen=True)
class Asked:
    """What the element asks for."""

    opened: tuple[tuple[float, ...], int | None] | None
    """The code and label to open in Explore."""
    problem: str
    """Why the browser cannot compute; empty where it can."""


def drawn(entry: Entry, begin: PicturePush, report: Mapping[str, Any], classes: int) -> Drawn:
    """What the browser said last, if it is of what it was given last; else what it was given."""
    leaf = report.get("leaf")
    picture, stroke = _reported(report.get("drawn"), begin, entry.config.model.shape, classes)
    number = f"{entry.key} {begin.revision} {stroke}"
    return Drawn(picture, number, leaf if isinstance(leaf, int) else 0)


def drawing(  # noqa: PLR0913 - an option is an argument
    entry: Entry,
    *,
    key: str,
    begin: PicturePush,
    class_names: Sequence[str],
    neighbours: Sequence[tuple[str, Entry]],
    shelf: Shelf | None,
    shown: Shown | None,
) -> Asked:
    """Show the pad, the posterior, and reconstructions by this model and by others, with their titles.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    data = {
        **described.described(entry, class_names),
        **_posterior(entry),
        "framing": described.framing(entry),
        "neighbours": [_neighbour(title, other) for title, other in neighbours],
        "shelf": shelf and asdict(shelf),
        "measured": shown and asdict(shown),
        "picture": _sent(begin.picture),
        "revision": begin.revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"drawn": None, "leaf": 0, "problem": ""},
        triggers=("open",),
    )
    units = entry.config.model.latent_dim
    opened = viewed.asked_to_open(result.open, entry.key, units, len(class_names))
    return Asked(opened, str(result.problem or ""))


def _posterior(entry: Entry) -> dict[str, Any]:
    """What the browser can say of q(z|x), and of its KL to the prior."""
    config = entry.config.model
    if isinstance(config, AutoencoderConfig):
        nothing = "The code: a point, without a distribution"
        return {"spread": False, "nats": "none", "nothing": nothing, "note": ""}
    if isinstance(config, LadderConfig):
        note = "samples, each layer given the mean above"
        return {"spread": True, "nats": "about", "nothing": "", "note": note}
    full = getattr(config, "posterior", "diagonal") == "full"
    note = "samples of q(z|x), without its correlations" if full else "samples of q(z|x)"
    if entry.learns_prior:
        return {"spread": True, "nats": "none", "nothing": "q(z|x)", "note": note}
    return {"spread": True, "nats": "about" if full else "exact", "nothing": "", "note": note}


def _neighbour(title: str, entry: Entry) -> dict[str, str]:
    return {
        "model": entry.key,
        "title": title,
        "encoder": described.part(entry, "encoder"),
        "decoder": described.part(entry, "decoder"),
    }


def _sent(picture: Picture | None) -> dict[str, Any] | None:
    """The picture as it travels, and where it came from, which the pad gives back."""
    sent = described.sent(picture)
    return None if sent is None or picture is None else sent | {"origin": picture.origin}


def _reported(
    report: object, begin: PicturePush, shape: tuple[int, int, int], classes: int
) -> tuple[Picture | None, int]:
    """The picture that the browser says it has since the last push, and its number, if it makes sense."""
    if not isinstance(report, Mapping) or report.get("revision") != begin.revision:
        return begin.picture, 0
    try:
        pixels = base64.b64decode(str(report.get("pixels")), validate=True)
    except (binascii.Error, ValueError):
        return begin.picture, 0
    if len(pixels) != shape[0] * shape[1] * shape[2]:
        return begin.picture, 0
    label, stroke, origin = (report.get(name) for name in ("label", "stroke", "origin"))
    number = stroke if isinstance(stroke, int) else 0
    if report.get("empty"):
        return None, number
    known = label if isinstance(label, int) and 0 <= label < classes else None
    return Picture(pixels, shape, known, origin if origin in ORIGINS else "drawn"), number
