"""Explore: move the latent code, see the picture."""

import streamlit as st

from ui import frame, naming, sliders, state
from ui.catalogue import Entry
from ui.live import explorer
from ui.picker import pick_model


@st.fragment
def explore(entry: Entry) -> None:
    """Picture and sliders; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        if problem := state.problem(entry.key, entry.version):
            st.warning(problem)
            sliders.show(entry)
        else:
            show_live(entry)


def show_live(entry: Entry) -> None:
    """The element that decodes in the browser; what it is left at goes to the address."""
    names = naming.class_names(entry.config)
    begin = state.push(entry.key, entry.config.model.latent_dim, len(names), explorer.bound(entry))
    seen = explorer.explorer(
        entry,
        key=state.EXPLORER,
        z=begin.z,
        label=begin.label,
        revision=begin.revision,
        class_names=names,
    )
    if seen.problem:
        state.keep_problem(entry.key, entry.version, seen.problem)
        state.rerun()
    state.keep(entry.key, seen.z, seen.label)


explore(pick_model())
