"""The comparison element: one code decoded by many models at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui import units
from ui.catalogue import REACH, Entry
from ui.live.bundle import script, text
from ui.live.described import part
from ui.live.element import element
from ui.live.viewed import code, viewed
from ui.state import View
from vae.comparison import Compared, Comparison

FIELDS = {"at": r"[\w./ -]{1,200}"}
"""What the address says of it besides the code: which model is shown large."""
KEY = "comparison"
"""What the shared code is kept under, in the place of a model."""

_element = element(
    "latent_comparison",
    html=text("comparison/comparison.html"),
    css=text(
        "base/live.css", "controls/units.css", "controls/tiles.css", "comparison/comparison.css"
    ),
    js=script("comparison/comparison.js"),
)


@dataclass(frozen=True)
class Side:
    """A model beside others."""

    entry: Entry
    name: str
    """What tells it from the others."""
    found: Compared | None
    """None as long as it is not measured."""
    reference: bool = False
    """Whether the shared units bear the names of its own."""


@dataclass(frozen=True)
class Opened:
    """A model that was asked for, at its own code."""

    key: str
    z: tuple[float, ...]
    label: int | None


@dataclass(frozen=True)
class Compare:
    """Where the hand rests, and the model that was opened."""

    view: View
    opened: Opened | None


def comparison(
    sides: Sequence[Side],
    found: Comparison | None,
    *,
    key: str,
    begin: View,
    class_names: Sequence[str] = (),
    joined: bool = False,
) -> Compare:
    """Show models side by side; `begin` is taken over when its revision is another one.

    `joined` draws a line through the points of the rate-distortion curve.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    data = _models(sides, found) | {
        "joined": joined,
        "classes": list(class_names),
        "z": begin.z,
        "label": begin.label,
        "fields": begin.fields,
        "revision": begin.revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"seen": None, "problem": ""},
        triggers=("open",),
    )
    view = viewed(result.seen, KEY, begin, FIELDS, len(class_names))
    return Compare(view, _opened(result.open, sides, len(class_names)))


def _models(sides: Sequence[Side], found: Comparison | None) -> dict[str, Any]:
    """The models, and the names that their units share: those of the reference."""
    dim = shared_units(sides)
    leader = next((side for side in sides if side.reference), sides[0])
    config = leader.entry.config.model
    known = _model(leader, dim)["kl"]
    layers = units.layers(config, known) if config.latent_dim == dim else [_plain(dim)]
    curve = [
        {"name": side.name, "rate": side.found.kl, "distortion": side.found.recon}
        for side in sides
        if side.found
    ]
    return {
        "models": [_model(side, dim) for side in sides],
        "layers": [asdict(layer) for layer in layers],
        "dim": dim,
        "reach": REACH,
        "shape": config.shape,
        "pictures": list(found.pictures) if found else [],
        "curve": curve if len(curve) == len(sides) else [],
    }


def _model(side: Side, dim: int) -> dict[str, Any]:
    """A model, with its units by the shared names; as they are as long as nothing is measured."""
    own, found = side.entry.config.model.latent_dim, side.found
    matched = found.units if found else tuple(u if u < own else None for u in range(dim))
    kl = found.kl_per_unit if found else side.entry.kl_per_unit
    return {
        "key": side.entry.key,
        "name": side.name,
        "decoder": part(side.entry, "decoder"),
        "encoder": part(side.entry, "encoder"),
        "units": matched,
        "signs": found.signs if found else (1,) * dim,
        "kl": [0.0 if u is None else kl[u] for u in matched] if len(kl) == own else [],
        "about": f"KL {found.kl:.1f}, reconstruction {found.recon:.1f} nats" if found else "",
    }


def _dim(sides: Sequence[Side]) -> int:
    return max(side.entry.config.model.latent_dim for side in sides)


def shared_units(sides: Sequence[Side]) -> int:
    """How many units the code of all has."""
    return next((len(side.found.units) for side in sides if side.found), _dim(sides))


def _plain(dim: int) -> units.Layer:
    return units.Layer("", tuple(range(dim)), ())


def _opened(report: object, sides: Sequence[Side], classes: int) -> Opened | None:
    """The model that a person opened; None where none was."""
    if not isinstance(report, Mapping):
        return None
    side = next((side for side in sides if side.entry.key == report.get("model")), None)
    if side is None:
        return None
    z, label = code(report, side.entry.config.model.latent_dim, classes)
    return Opened(side.entry.key, z, label)
