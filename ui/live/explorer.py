"""The explorer element: picture and sliders, decoded where the hand is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui import plane, state, units
from ui.catalogue import Entry
from ui.live.bundle import script, text
from ui.live.described import part, prior
from ui.live.element import element
from ui.live.viewed import code

BEYOND = 2
"""A code may lie so many times as far from zero as the sliders go: pictures' own codes and samples at a
high temperature do."""
MAP_SIDE = 15
"""Pictures in a row of the map of a two-dimensional model."""

_element = element(
    "latent_explorer",
    html=text("explorer/explorer.html"),
    css=text("base/live.css", "controls/units.css", "explorer/explorer.css"),
    js=script("explorer/explorer.js"),
)


@dataclass(frozen=True)
class Explored:
    """Where the hand rests."""

    z: tuple[float, ...]
    label: int | None
    """None for a model that knows no labels."""
    problem: str = ""
    """Why the browser cannot decode; native sliders may stand in then."""


def explorer(
    entry: Entry,
    *,
    key: str = "explorer",
    z: Sequence[float] = (),
    label: int = 0,
    revision: int = 0,
    class_names: Sequence[str] = (),
) -> Explored:
    """Show a model's picture and sliders; the code at which they were last left.

    `z` and `label` are where they begin. To move them later, give others and another `revision`:
    the picture moves at once, and what was reported before is no longer returned. Give the same
    ones until then, not what is returned: a rerun with the same arguments sends the browser nothing.
    The element forgets when its page is left: give what was last returned when it is entered again.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    config = entry.config.model
    pushed = Explored(*code({"z": z, "label": label}, config.latent_dim, len(class_names)))
    data = {
        "model": entry.key,
        "decoder": part(entry, "decoder"),
        "shape": config.shape,
        "dim": config.latent_dim,
        "layers": [asdict(layer) for layer in units.layers(config, entry.kl_per_unit)],
        "kl": entry.kl_per_unit if len(entry.kl_per_unit) == config.latent_dim else (),
        "reach": entry.reach,
        "bound": bound(entry),
        "ranges": entry.posterior_range,
        "normal": entry.has_normal_prior,
        "classes": list(class_names),
        "prior": prior(entry),
        "map": _map(entry),
        "address": (state.MODEL, state.CODE, state.LABEL),
        "z": pushed.z,
        "label": pushed.label or 0,
        "revision": revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"code": None, "problem": ""},
    )
    problem = str(result.problem or "")
    reported = _reported(result.code, entry.key, revision)
    if reported is None:
        return Explored(pushed.z, pushed.label, problem)
    return Explored(*code(reported, config.latent_dim, len(class_names)), problem)


def bound(entry: Entry) -> float:
    """How far from zero any unit of a code may lie."""
    return BEYOND * entry.reach


def _map(entry: Entry) -> list[float]:
    """Where the codes of the map stand along either unit, of a model that has two."""
    two = entry.config.model.latent_dim == 2
    return plane.across(MAP_SIDE, entry.reach, normal=entry.has_normal_prior) if two else []


def _reported(report: object, model: str, revision: int) -> Mapping[str, Any] | None:
    """What the browser says of this model since the last push, if it makes sense."""
    if not isinstance(report, Mapping) or not report.keys() >= {"z", "label"}:
        return None
    current = report.get("model") == model and report.get("revision") == revision
    return report if current and isinstance(report["z"], Sequence) else None
