"""What is chosen, by the address or the hand, and what is said of it once."""

from collections.abc import Container, Sequence

import streamlit as st

_NOTICE = "notice"
_SAID = "said"


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


def take_choice(what: str, picker: str, options: Container[str]) -> None:
    """Keep what a picker was set to; a picker whose option's title just changed holds the title."""
    if st.session_state[picker] in options:
        choose(what, st.session_state[picker])


def picker(what: str) -> str:
    """The key of the widget that picks something."""
    return f"{what} picker"


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


def write(parameter: str, value: str) -> None:
    """Put a value into the address; an empty one out of it."""
    if not value:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != value:
        st.query_params[parameter] = value
