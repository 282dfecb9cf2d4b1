"""The explorer element: picture and sliders, decoded where the hand is."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from ui import plane, units
from ui.catalogue import Entry
from ui.live import weights
from ui.live.bundle import script, text
from vae.config import AutoencoderConfig

REACH = 3.0
"""Standard deviations of the prior that a slider covers to either side."""
MAP_SIDE = 15
"""Pictures in a row of the map of a two-dimensional model."""

_element = st.components.v2.component(
    "latent_explorer",
    html=text("explorer.html"),
    css=text("live.css", "explorer.css"),
    js=script("explorer.js"),
)


@dataclass(frozen=True)
class Explored:
    """Where the hand rests."""

    z: tuple[float, ...]
    label: int | None
    """None for a model that knows no labels."""
    problem: str = ""
    """Why the browser cannot decode; native sliders may stand in then."""


def explorer(  # noqa: PLR0913 - an option is an argument
    entry: Entry,
    *,
    key: str = "explorer",
    z: Sequence[float] = (),
    label: int = 0,
    revision: int = 0,
    reach: float = REACH,
    class_names: Sequence[str] = (),
    on_change: Callable[[], None] = lambda: None,
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
    pushed = _code(z, label, config.latent_dim, len(class_names))
    data = {
        "model": entry.key,
        "decoder": weights.digest(entry.weights, entry.version, config, "decoder"),
        "shape": config.shape,
        "dim": config.latent_dim,
        "layers": [asdict(layer) for layer in units.layers(config, entry.kl_per_unit)],
        "kl": entry.kl_per_unit if len(entry.kl_per_unit) == config.latent_dim else (),
        "reach": reach,
        "classes": list(class_names),
        "prior": _prior(entry, reach),
        "map": _map(entry, reach),
        "z": pushed.z,
        "label": pushed.label or 0,
        "revision": revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"code": None, "problem": ""},
        on_code_change=on_change,
        on_problem_change=lambda: None,
    )
    problem = str(result.problem or "")
    reported = _reported(result.code, entry.key, revision)
    if reported is None:
        return Explored(pushed.z, pushed.label, problem)
    code = _code(reported["z"], reported["label"], config.latent_dim, len(class_names))
    return Explored(code.z, code.label, problem)


def _prior(entry: Entry, reach: float) -> dict[str, Any]:
    """How the browser draws codes: from N(0, spread² I), or from a learned prior."""
    config = entry.config.model
    if entry.learns_prior:
        digest = weights.digest(entry.weights, entry.version, config, "prior")
        return {"spread": 1.0, "digest": digest}
    # A plain autoencoder has no prior: its codes lie as far as the sliders go.
    wide = isinstance(config, AutoencoderConfig)
    return {"spread": reach / REACH if wide else 1.0, "digest": None}


def _map(entry: Entry, reach: float) -> list[float]:
    """Where the codes of the map stand along either unit, of a model that has two."""
    two = entry.config.model.latent_dim == 2
    return plane.across(MAP_SIDE, reach, normal=entry.has_normal_prior) if two else []


def _reported(code: object, model: str, revision: int) -> Mapping[str, Any] | None:
    """What the browser says of this model since the last push, if it makes sense."""
    if not isinstance(code, Mapping) or not code.keys() >= {"z", "label"}:
        return None
    current = code.get("model") == model and code.get("revision") == revision
    return code if current and isinstance(code["z"], Sequence) else None


def _code(z: Sequence[Any], label: object, dim: int, classes: int) -> Explored:
    """A code of the right length, finite, and a label that there is."""
    numbers = [float(v) if isinstance(v, int | float) else 0.0 for v in z][:dim]
    whole = [v if math.isfinite(v) else 0.0 for v in numbers] + [0.0] * (dim - len(numbers))
    known = isinstance(label, int) and 0 <= label < classes
    return Explored(tuple(whole), int(str(label)) if known else (0 if classes else None))
