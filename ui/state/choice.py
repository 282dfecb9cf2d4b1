"""What is chosen, by the address or the hand, and what is said of it once."""

from collections.abc import Container, Sequence
from typing import NoReturn

import streamlit as st

_MISSED = "asked in vain"
_SAID = "said"
_MOVED = "moves of "


def chosen(what: str, options: Sequence[str]) -> str | None:
    """The option that the address asks for, else the session's, else the first; None for none.

    The address and the picker follow. `asked_in_vain` tells of what the address asks for in vain.
    """
    asked = st.query_params.get(what)
    kept = st.session_state.get(what)
    option = next((o for o in (asked, kept) if o in options), options[0] if options else None)
    if asked is not None and asked not in options:
        miss(what, asked)
    choose(what, option)
    if st.session_state.get(picker(what), option) != option:
        st.session_state[_MOVED + what] = st.session_state.get(_MOVED + what, 0) + 1
    st.session_state[picker(what)] = option
    return option


def wanted(what: str) -> str | None:
    """What the address asks for, else what was chosen last."""
    asked: str | None = st.query_params.get(what) or st.session_state.get(what)
    return asked


def current(what: str) -> str | None:
    """The choice that was last made."""
    option: str | None = st.session_state.get(what)
    return option


def is_asked(what: str) -> bool:
    """Whether the address names a choice."""
    return what in st.query_params


def choose(what: str, option: str | None) -> None:
    """Keep a choice in the session and in the address."""
    st.session_state[what] = option
    if option is None:
        st.query_params.pop(what, None)
    elif st.query_params.get(what) != option:
        st.query_params[what] = option


def take_choice(what: str, options: Container[str]) -> None:
    """Keep what a picker was set to; a picker whose option's title just changed holds the title."""
    option = st.session_state[picker(what)]
    if option in options:
        choose(what, option)


def picker(what: str) -> str:
    """The key of the widget that picks something, after `chosen`.

    It is another widget when something else than itself moved the choice: what a slow browser may
    still report of the one before is not taken for a hand's.
    """
    return f"{what} picker {st.session_state.get(_MOVED + what, 0)}"


def straighten() -> None:
    """Put the session's choices into the address, where a fragment may find those before them.

    A fragment is given the address as it was when the browser asked for it: before a choice, perhaps,
    that the server has taken since.
    """
    for what, held in st.query_params.to_dict().items():
        kept = st.session_state.get(what)
        if isinstance(kept, str) and kept != held:
            st.query_params[what] = kept


def rerun() -> NoReturn:
    """Draw the page anew, from within a fragment, with what is chosen by now."""
    straighten()
    st.rerun()


def miss(what: str, asked: str) -> None:
    """Note that the address asks for something that there is not."""
    _missed()[what] = asked


def asked_in_vain(what: str) -> str | None:
    """What the address asked for by this name, and was not there; told once."""
    return _missed().pop(what, None)


def all_asked_in_vain() -> dict[str, str]:
    """What the address asked for in vain, by name, as far as nobody has told it; told once."""
    missed = dict(_missed())
    _missed().clear()
    return missed


def _missed() -> dict[str, str]:
    missed: dict[str, str] = st.session_state.setdefault(_MISSED, {})
    return missed


def tell(sentence: str) -> None:
    """Say something in Markdown at the next drawing, for a callback, which cannot draw."""
    st.session_state[_SAID] = sentence


def told() -> str | None:
    """What a callback had to say; told once."""
    said: str | None = st.session_state.pop(_SAID, None)
    return said


def write(parameter: str, value: str) -> None:
    """Put a value into the address; an empty one out of it."""
    if not value:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != value:
        st.query_params[parameter] = value
