"""Which models stand side by side."""

from collections.abc import Sequence

import streamlit as st

from ui.state.choice import miss, write
from ui.state.keys import COMPARED, LAYOUT, PANES

MOST_COMPARED = 100
"""Models that may be asked for side by side: as many as a sweep may train."""
_PANES_KEPT = "panes kept"


def compared(default: Sequence[str]) -> list[str]:
    """The models that the address asks for, else the session's, else these; the address follows.

    Of very many the first are taken, and `asked_in_vain` says so.
    """
    kept = st.query_params.get(COMPARED) or st.session_state.get(COMPARED) or ",".join(default)
    keys = list(dict.fromkeys(key for key in kept.split(",") if key))
    if len(keys) > MOST_COMPARED:
        miss(COMPARED, ",".join(keys[MOST_COMPARED:]))
        keys = keys[:MOST_COMPARED]
    compare(keys)
    return keys


def compare(keys: Sequence[str]) -> None:
    """Keep which models stand side by side, in the session and in the address."""
    st.session_state[COMPARED] = ",".join(keys)
    write(COMPARED, ",".join(keys))


def panes(default: Sequence[str], known: Sequence[str]) -> list[str]:
    """The two models that the address asks for, else the session's, else these; the address follows."""
    kept = st.query_params.get(PANES) or st.session_state.get(_PANES_KEPT) or ""
    asked = kept.split(",")[:2]
    if any(key and key not in known for key in asked):
        miss(PANES, kept)
    keys = [key if key in known else default[i] for i, key in enumerate(asked)]
    keys += default[len(keys) :]
    keep_panes(keys)
    return keys


def keep_panes(keys: Sequence[str]) -> None:
    """Keep which two models are shown, in the session and in the address."""
    st.session_state[_PANES_KEPT] = ",".join(keys)
    write(PANES, ",".join(keys))


def layout(options: Sequence[str]) -> str:
    """How models are put side by side: what the address asks for, else what was last picked."""
    if (asked := st.query_params.get(LAYOUT)) and asked not in options:
        miss(LAYOUT, asked)
    for asked in (st.query_params.get(LAYOUT), st.session_state.get(LAYOUT)):
        if asked in options:
            return str(asked)
    return options[0]


def keep_layout(option: str | None, options: Sequence[str]) -> None:
    """Keep how they are put side by side; the first way is usual and not in the address."""
    st.session_state[LAYOUT] = option
    write(LAYOUT, option if option and option != options[0] else "")
