"""What a session and its address remember: the only file that names session keys and URL parameters.

A widget's value dies when its page is left, so what must last is kept under a key of its own.
"""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

MODEL = "model"
"""In the address and the session: which model is explored."""
RUN = "run"
"""In the address and the session: which training is shown."""
CODE = "z"
"""In the address: the units that are not zero, such as 7:1.25,2:-0.5."""
LABEL = "y"
"""In the address: the label of a conditional model."""

MODEL_PICKER = "model picker"
LABEL_PICKER = "label picker"
RUN_PICKER = "run picker"
PRESET_PICKER = "preset picker"
EXPLORER = "explorer"
_CODES = "codes"
_PUSHED = "pushed"
_PROBLEMS = "problems"
_NOTICE = "notice"
_SAID = "said"
_SETTING = "setting "


def chosen(what: str, options: Sequence[str], picker: str) -> str | None:
    """The option that the address asks for, else the session's, else the first; None for none.

    The address and the picker follow. `asked_in_vain` tells of an address without such an option.
    """
    asked = st.query_params.get(what)
    kept = st.session_state.get(what)
    option = next((o for o in (asked, kept) if o in options), options[0] if options else None)
    if asked is not None and asked not in options:
        st.session_state[_NOTICE] = asked
    choose(what, option)
    st.session_state[picker] = option
    return option


def current(what: str) -> str | None:
    """The choice that was last made."""
    option: str | None = st.session_state.get(what)
    return option


def choose(what: str, option: str | None) -> None:
    """Keep a choice in the session and in the address."""
    st.session_state[what] = option
    if option is None:
        st.query_params.pop(what, None)
    elif st.query_params.get(what) != option:
        st.query_params[what] = option


def take_choice(what: str, picker: str, options: Container[str]) -> None:
    """Keep what a picker was set to; a picker whose option's title just changed holds the title."""
    if st.session_state[picker] in options:
        choose(what, st.session_state[picker])


def asked_in_vain() -> str | None:
    """What the address asked for and was not there; told once."""
    asked: str | None = st.session_state.pop(_NOTICE, None)
    return asked


def tell(sentence: str) -> None:
    """Say something at the next drawing, for a callback, which cannot draw."""
    st.session_state[_SAID] = sentence


def told() -> str | None:
    """What a callback had to say; told once."""
    said: str | None = st.session_state.pop(_SAID, None)
    return said


# --- the code z -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Push:
    """What the live element is given to begin with."""

    of: tuple[object, ...]
    z: tuple[float, ...]
    label: int
    revision: int


def push(model: str, units: int, classes: int, limit: float | None) -> Push:
    """The code and label that were last seen, or that the address holds.

    Another push for another model, and when the element is drawn anew, as after a visit to another
    page; else the same one, so that the hand keeps what it holds.
    """
    of = (model, units, classes)
    last: Push | None = st.session_state.get(_PUSHED)
    if last is None or last.of != of or EXPLORER not in st.session_state:
        code = _kept_code(model)
        values = (code.get(unit, 0.0) for unit in range(units))
        z = tuple(v if limit is None else max(-limit, min(limit, v)) for v in values)
        last = Push(of, z, _kept_label(classes), last.revision + 1 if last else 1)
        st.session_state[_PUSHED] = last
    return last


def keep(model: str, z: Sequence[float], label: int | None) -> None:
    """Remember a code and a label, in the address too; no label of a model that knows none."""
    _codes()[model] = dict(enumerate(z))
    _write(CODE, format_code(z))
    if label is not None:
        st.session_state[LABEL] = label
    _write(LABEL, "" if label is None else str(label))


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


def _kept_code(model: str) -> dict[int, float]:
    codes = _codes()
    if model not in codes:
        codes[model] = parse_code(st.query_params.get(CODE, "")) if not codes else {}
    return codes[model]


def _kept_label(classes: int) -> int:
    kept = str(st.session_state.get(LABEL, st.query_params.get(LABEL, "")))
    label = int(kept) if kept.isdecimal() else 0
    return label if label < classes else 0


def _write(parameter: str, value: str) -> None:
    """Put a value into the address; an empty one out of it."""
    if not value:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != value:
        st.query_params[parameter] = value


def slider(model: str, unit: int) -> str:
    """The key of a unit's slider."""
    return f"slider {unit} of {model}"


def prepare_sliders(model: str, units: int, limit: float) -> None:
    """Give sliders that are drawn anew the code that was last seen, or that the address holds."""
    code = _kept_code(model)
    for unit in range(units):
        value = st.session_state.get(slider(model, unit), code.get(unit, 0.0))
        st.session_state[slider(model, unit)] = max(-limit, min(limit, value))


def sliders(model: str, units: int) -> list[float]:
    """Where the sliders stand."""
    return [float(st.session_state[slider(model, unit)]) for unit in range(units)]


def prepare_label(classes: int) -> None:
    """Give the label picker the label that was last seen, or that the address holds."""
    label = st.session_state.get(LABEL_PICKER)
    if label is None or label >= classes:
        st.session_state[LABEL_PICKER] = _kept_label(classes)


def format_code(z: Sequence[float]) -> str:
    """The units that are not zero, as the address holds them."""
    return ",".join(f"{unit}:{value:.2f}" for unit, value in enumerate(z) if abs(value) >= 0.005)


def parse_code(text: str) -> dict[int, float]:
    """Units and values from the address; what makes no sense there is left out."""
    code: dict[int, float] = {}
    for part in text.split(","):
        unit, _, value = part.partition(":")
        try:
            number, place = float(value), int(unit)
        except ValueError:
            continue
        if math.isfinite(number) and place >= 0:
            code[place] = number
    return code


# --- the settings of a new training ---------------------------------------------------------------


def setting(path: str) -> str:
    """The key of the widget of a setting, such as `model.latent_dim`."""
    return f"{_SETTING}{path}"


def fill_settings(values: Mapping[str, Any]) -> None:
    """Set the widgets of settings; for callbacks, and before they are drawn."""
    for path, value in values.items():
        st.session_state[setting(path)] = value


def settings() -> dict[str, Any]:
    """What the widgets of settings hold, by path."""
    held = st.session_state.to_dict()
    return {
        str(key).removeprefix(_SETTING): value
        for key, value in held.items()
        if str(key).startswith(_SETTING)
    }


def prepare_setting(path: str, default: Any, accepts: Callable[[Any], bool]) -> None:
    """Give a widget its default where it is drawn anew, or cannot hold what is there."""
    key = setting(path)
    if key not in st.session_state or not accepts(st.session_state[key]):
        st.session_state[key] = default
