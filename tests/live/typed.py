"""Texts that somebody typed, in every kind of place that reads Markdown."""

import streamlit as st

from tests.browser.test_plain_text import TYPED
from ui.plain_text import as_plain_text


def show(number: int, typed: str) -> None:
    """One text everywhere."""
    shown = as_plain_text(typed)
    st.markdown(shown)
    st.markdown(f"**{shown}**")
    st.caption(shown)
    st.error(shown)
    st.button(shown, key=f"button {number}")
    st.pills("Pills", [number], format_func=lambda _: shown, key=f"pills {number}")
    st.radio("Radio", [number], format_func=lambda _: shown, key=f"radio {number}")
    st.progress(0.5, shown)


for number, typed in enumerate(TYPED):
    with st.container(key=f"typed-{number}"):
        show(number, typed)
