"""Explore: move the latent code, see the picture."""

import streamlit as st

from ui import cached, frame, live, naming, sliders, state
from ui.catalogue import Entry
from ui.picker import await_reach, pick_model


@st.fragment
def explorer(entry: Entry) -> None:
    """Picture and sliders; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        reach = cached.reach(entry)
        if problem := state.problem(entry.key, entry.version):
            st.warning(problem)
            sliders.show(entry, reach or live.REACH)
        else:
            show_live(entry, reach)


def show_live(entry: Entry, reach: float | None) -> None:
    """The element that decodes in the browser; what it is left at goes to the address."""
    names = naming.class_names(entry.config)
    begin = state.push(entry.key, entry.config.model.latent_dim, len(names), reach)
    seen = live.explorer(
        entry,
        key=state.EXPLORER,
        z=begin.z,
        label=begin.label,
        revision=begin.revision,
        reach=reach or max(live.REACH, *map(abs, begin.z)),
        class_names=names,
    )
    if seen.problem:
        state.keep_problem(entry.key, entry.version, seen.problem)
        st.rerun()
    state.keep(entry.key, seen.z, seen.label)
    if reach is None:
        await_reach(entry)


explorer(pick_model())
