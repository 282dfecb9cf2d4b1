"""What was thrown away last."""

from pathlib import Path

import streamlit as st

_DISCARDED = "discarded"


def keep_discarded(place: Path | None) -> None:
    """Remember where the model lies that was just deleted, so that it can be taken back."""
    st.session_state[_DISCARDED] = place


def discarded() -> Path | None:
    """Where the model lies that was deleted last."""
    place: Path | None = st.session_state.get(_DISCARDED)
    return place
