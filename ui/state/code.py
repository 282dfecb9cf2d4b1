"""The code z and the label, by model; and where native sliders stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ui.state.choice import miss, straighten, write
from ui.state.keys import CODE, EXPLORER, LABEL, LABEL_PICKER

_CODES = "codes"
_PUSHED = "pushed"
_PROBLEMS = "problems"
_LABEL = re.compile(r"[0-9]{1,6}")
_UNIT = re.compile(r"[0-9]{1,6}:-?[0-9]{1,4}(\.[0-9]+)?")


@dataclass(frozen=True)
class Push:
    """What the live element is given to begin with."""

    of: tuple[object, ...]
    z: tuple[float, ...]
    label: int
    revision: int


def push(model: str, units: int, classes: int, limit: float) -> Push:
    """The code and label that were last seen, or that the address holds.

    Another push for another model, and when the element is drawn anew, as after a visit to another
    page; else the same one, so that the hand keeps what it holds.
    """
    of = (model, units, classes)
    last: Push | None = st.session_state.get(_PUSHED)
    if last is None or last.of != of or EXPLORER not in st.session_state:
        code = kept_code(model)
        values = (code.get(unit, 0.0) for unit in range(units))
        z = tuple(max(-limit, min(limit, v)) for v in values)
        last = Push(of, z, kept_label(classes), last.revision + 1 if last else 1)
        st.session_state[_PUSHED] = last
    return last


def keep(model: str, z: Sequence[float], label: int | None) -> None:
    """Remember a code and a label, in the address too; no label of a model that knows none."""
    straighten()
    _codes()[model] = dict(enumerate(z))
    write(CODE, format_code(z))
    if label is not None:
        st.session_state[LABEL] = label
    write(LABEL, "" if label is None else str(label))


def problem(model: str, version: str) -> str:
    """Why the browser cannot decode with these weights; empty where nothing is known against it."""
    found: str = st.session_state.get(_PROBLEMS, {}).get((model, version), "")
    return found


def keep_problem(model: str, version: str, why: str) -> None:
    """Remember that the browser cannot decode with these weights, until the page is loaded anew."""
    st.session_state.setdefault(_PROBLEMS, {})[model, version] = why


def _codes() -> dict[str, dict[int, float]]:
    """Units and values by model. The address counts for the model that is seen first."""
    codes: dict[str, dict[int, float]] = st.session_state.setdefault(_CODES, {})
    return codes


def kept_code(model: str) -> dict[int, float]:
    """The units of a model's code that are not zero, as last seen or as the address has them."""
    codes = _codes()
    if model not in codes:
        text = st.query_params.get(CODE, "") if not codes else ""
        codes[model] = parse_code(text)
        if text and len(codes[model]) < text.count(",") + 1:
            miss(CODE, text)
    return codes[model]


def kept_label(classes: int) -> int:
    """The label last seen, or the address's; 0 where there is no such label."""
    kept = str(st.session_state.get(LABEL, st.query_params.get(LABEL, "")))
    known = _LABEL.fullmatch(kept)
    if kept and not known:
        miss(LABEL, kept)
    label = int(kept) if known else 0
    return label if label < classes else 0


def slider(model: str, unit: int) -> str:
    """The key of a unit's slider."""
    return f"slider {unit} of {model}"


def prepare_sliders(model: str, units: int, limit: float) -> None:
    """Give sliders that are drawn anew the code that was last seen, or that the address holds."""
    code = kept_code(model)
    for unit in range(units):
        value = st.session_state.get(slider(model, unit), code.get(unit, 0.0))
        st.session_state[slider(model, unit)] = max(-limit, min(limit, value))


def place_sliders(model: str, z: Sequence[float]) -> None:
    """Move sliders that are yet to be drawn."""
    for unit, value in enumerate(z):
        st.session_state[slider(model, unit)] = value


def sliders(model: str, units: int) -> list[float]:
    """Where the sliders stand."""
    return [float(st.session_state[slider(model, unit)]) for unit in range(units)]


def prepare_label(classes: int) -> None:
    """Give the label picker the label that was last seen, or that the address holds."""
    label = st.session_state.get(LABEL_PICKER)
    if label is None or label >= classes:
        st.session_state[LABEL_PICKER] = kept_label(classes)


def format_code(z: Sequence[float]) -> str:
    """The units that are not zero, as the address holds them."""
    return ",".join(f"{unit}:{value:.2f}" for unit, value in enumerate(z) if abs(value) >= 0.005)


def parse_code(text: str) -> dict[int, float]:
    """Units and values from the address; what makes no sense there is left out."""
    code: dict[int, float] = {}
    for part in text.split(","):
        if _UNIT.fullmatch(part):
            unit, _, value = part.partition(":")
            code[int(unit)] = float(value)
    return code
