"""A training that is steered, and the settings of the next one."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ui.state.keys import PRESET_PICKER

_ASKED = "settings asked for"
_SETTING = "setting "
_LEVER = "lever "
_BRANCH = "branch"
_BRANCHED = "just branched"
_BROWSER = "browser"
_BEGUN = "settings to begin with"
_RECALLED = "settings recalled"
ON_ITS_WAY = 5.0
"""Seconds that a drawn form may take to reach the browser."""


def lever(run: str, name: str, value: object) -> str:
    """The key of the widget of a lever that stands at a value.

    A lever that moved is another widget, with what is true as its default: whoever moved it, it
    shows that, and no browser ever reports a default that was not true.
    """
    return f"{_LEVER}{name} of {run} at {value}"


def browser() -> str:
    """Who this browser says it is; empty until it has said so."""
    name: str = st.session_state.get(_BROWSER, "")
    return name


def recall(browser: str, kept: Mapping[str, Any]) -> None:
    """Take what the browser kept, once a session: who it is and, where none was asked for, the form.

    A form that a hand has changed before the browser's answer came stays as it is.
    """
    if _BROWSER in st.session_state:
        return
    st.session_state[_BROWSER] = browser
    if not st.session_state.pop(_ASKED, False) and _is_as_begun():
        st.session_state[_RECALLED] = time.monotonic(), dict(kept)
        insist()


def begin_with(values: Mapping[str, Any]) -> None:
    """Note what the form holds when it is drawn first, to tell whether a hand has changed it."""
    st.session_state.setdefault(_BEGUN, dict(values))


def insist() -> None:
    """Fill the form with what was recalled; before it is drawn.

    More than once: where something else draws the page while the filled form is still on its way, the
    browser reports the form that it has, the first one, as if a hand had set it.
    """
    since, kept = st.session_state.get(_RECALLED, (-math.inf, {}))
    if time.monotonic() - since > ON_ITS_WAY or not _is_as_begun():
        return
    fill_settings({path: value for path, value in kept.items() if path != PRESET_PICKER})
    if PRESET_PICKER in kept:
        st.session_state[PRESET_PICKER] = kept[PRESET_PICKER]


def _is_as_begun() -> bool:
    held = settings()
    begun: dict[str, Any] = st.session_state.get(_BEGUN, {})
    return all(held.get(path, value) == value for path, value in begun.items())


@dataclass(frozen=True)
class Branch:
    """Weights that the next training is to begin with."""

    weights: Path
    title: str


def branch(weights: Path, title: str, settings: Mapping[str, Any]) -> None:
    """Set up a training that begins with these weights, by these settings."""
    st.session_state[_BRANCH] = Branch(weights, title)
    st.session_state[_BRANCHED] = True
    ask_settings(settings)


def just_branched() -> bool:
    """Whether the form has to be drawn anew for it; said once."""
    return bool(st.session_state.pop(_BRANCHED, False))


def branched() -> Branch | None:
    """What the next training is to begin with; None for the weights of its seed."""
    found: Branch | None = st.session_state.get(_BRANCH)
    return found


def forget_branch() -> None:
    """Begin from scratch again."""
    st.session_state.pop(_BRANCH, None)


# --- the settings of a new training ---------------------------------------------------------------


def setting(path: str) -> str:
    """The key of the widget of a setting, such as `model.latent_dim`."""
    return f"{_SETTING}{path}"


def ask_settings(values: Mapping[str, Any]) -> None:
    """Fill the form from another page; what the browser kept of it stays aside."""
    st.session_state[_ASKED] = True
    fill_settings(values)


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
