"""What a session and its address remember: the only file that names session keys and URL parameters.

A widget's value dies when its page is left, so what must last is kept under a key of its own.
"""

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
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
_CODES = "codes"
_NOTICE = "notice"
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


# --- the code z -----------------------------------------------------------------------------------


def slider(model: str, unit: int) -> str:
    """The key of a unit's slider."""
    return f"slider {unit} of {model}"


def prepare_sliders(model: str, units: int, limit: float) -> None:
    """Give sliders that are drawn anew the code that was last seen, or that the address holds."""
    codes: dict[str, dict[int, float]] = st.session_state.setdefault(_CODES, {})
    if model not in codes:
        codes[model] = parse_code(st.query_params.get(CODE, "")) if not codes else {}
    for unit in range(units):
        value = st.session_state.get(slider(model, unit), codes[model].get(unit, 0.0))
        st.session_state[slider(model, unit)] = max(-limit, min(limit, value))


def code(model: str, units: int) -> list[float]:
    """Where the sliders stand."""
    return [float(st.session_state[slider(model, unit)]) for unit in range(units)]


def keep_code(model: str, z: Sequence[float]) -> None:
    """Remember a code, in the address too."""
    st.session_state[_CODES][model] = dict(enumerate(z))
    written = format_code(z)
    if written and st.query_params.get(CODE) != written:
        st.query_params[CODE] = written
    elif not written:
        st.query_params.pop(CODE, None)


def set_code(model: str, z: Iterable[float], limit: float) -> None:
    """Move every slider; for callbacks, which run before the sliders are drawn."""
    for unit, value in enumerate(z):
        st.session_state[slider(model, unit)] = round(max(-limit, min(limit, value)), 2)


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


def prepare_label(classes: int) -> None:
    """Give the label picker the label that was last seen, or that the address holds."""
    kept = st.session_state.get(LABEL, st.query_params.get(LABEL, "0"))
    label = st.session_state.get(LABEL_PICKER)
    if label is None or label >= classes:
        asked = int(kept) if str(kept).isdecimal() else 0
        st.session_state[LABEL_PICKER] = asked if asked < classes else 0


def keep_label(label: int | None) -> None:
    """Remember a label, in the address too; None for a model without."""
    if label is None:
        st.query_params.pop(LABEL, None)
        return
    st.session_state[LABEL] = label
    if st.query_params.get(LABEL) != str(label):
        st.query_params[LABEL] = str(label)


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
