"""The model picker: at the same place on every page that shows a model."""

from collections.abc import Mapping

import streamlit as st

from ui import cached, catalogue, frame, naming, state
from ui.catalogue import Entry
from vae.untrusted import shortened

REFRESH_SECONDS = 2


def pick_model() -> Entry:
    """The chosen model; without any, a word on what to do, and the page ends."""
    wanted = state.wanted(state.MODEL)
    found = cached.explorable(wanted)
    entries = dict(found.entries)
    if wanted and (entry := catalogue.moment(found, wanted)):
        entries[wanted] = entry
    with frame.above():
        key = pick_key(
            {key: entry.title for key, entry in entries.items()},
            "There is no model yet. Train one: it can be explored after its first epoch.",
            found.problems,
        )
        entry = entries[key]
        if entry.live:
            _follow(entry)
    return entry


def pick_key(titles: Mapping[str, str], nothing: str, problems: Mapping[str, str]) -> str:
    """The key of what is chosen, by its title; without any, the page ends with `nothing`.

    `problems` says why a key that the address may ask for is not among them.
    """
    titles = naming.unique(titles)
    key = state.chosen(state.MODEL, list(titles))
    if key is None:
        st.info(nothing)
        st.page_link(frame.TRAIN, label="Train a model", icon=":material/arrow_forward:")
        st.stop()
    st.selectbox(
        "Model",
        list(titles),
        format_func=lambda option: titles.get(option, option),
        key=state.picker(state.MODEL),
        on_change=lambda: state.take_choice(state.MODEL, titles),
        label_visibility="collapsed",
    )
    if asked := state.asked_in_vain(state.MODEL):
        why = problems.get(asked, f"There is no model called {shortened(asked)}.")
        st.warning(frame.as_plain_text(f"{why} Shown instead: {titles[key]}."))
    return key


@st.fragment(run_every=REFRESH_SECONDS)
def _follow(entry: Entry) -> None:
    """Draw the page anew as soon as a training has saved other weights."""
    if entry.version not in ("", entry.looked_at):
        state.rerun()
