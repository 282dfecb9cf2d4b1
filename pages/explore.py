"""Explore: move the latent code, see the picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from ui import cached, frame, naming, pictures, plane, state, units
from ui.catalogue import Entry

MANIFOLD_SIDE = 15
REFRESH_SECONDS = 2


def pick_model() -> Entry:
    """The chosen model; without any, a word on what to do, and the page ends."""
    found = cached.explorable()
    key = state.chosen(state.MODEL, list(found.entries), state.MODEL_PICKER)
    if key is None:
        st.info("There is no model yet. Train one: it can be explored after its first epoch.")
        st.page_link("pages/train.py", label="Train a model", icon=":material/model_training:")
        st.stop()
    st.selectbox(
        "Model",
        list(found.entries),
        format_func=lambda k: found.entries[k].title,
        key=state.MODEL_PICKER,
        on_change=lambda: state.take_choice(state.MODEL, state.MODEL_PICKER),
        label_visibility="collapsed",
    )
    if asked := state.asked_in_vain():
        why = found.problems.get(asked, f"There is no model called {asked}.")
        st.warning(frame.as_plain_text(f"{why} Here is another one."))
    return found.entries[key]


def show_picture(entry: Entry, z: Sequence[float], label: int | None) -> None:
    """What the model makes of a code."""
    mean = cached.decode(entry, np.array([z], np.float32), label)[0]
    st.html(pictures.image_tag(pictures.png(pictures.to_pixels(mean)), "The picture decoded from z"))


def show_manifold(entry: Entry, z: Sequence[float]) -> None:
    """All of a two-dimensional model at once, and where the code lies in it."""
    normal = cached.has_normal_prior(entry)
    spot = plane.place((z[0], z[1]), cached.reach(entry), normal=normal)
    grid = cached.manifold(entry, MANIFOLD_SIDE)
    st.html(pictures.image_tag(grid, "Pictures of the codes over the plane", spot))
    spread = "evenly in the prior's probability" if normal else "evenly"
    st.caption(f"Unit 0 to the right, unit 1 upwards, spaced {spread}.")


def unit_slider(entry: Entry, unit: int, reach: float) -> None:
    """One row: the unit, the KL it carries, its slider."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if entry.kl_per_unit:
            kl = entry.kl_per_unit[unit]
            bar = f'<i style="width:{100 * kl / max(*entry.kl_per_unit, units.UNUSED):.0f}%"></i>'
            st.html(f'<div class="unit"><b>unit {unit}</b><small>{kl:.2f} nats</small>{bar}</div>', width=170)
        else:
            st.html(f'<div class="unit"><b>unit {unit}</b></div>', width=80)
        st.slider(
            f"Unit {unit}",
            -reach,
            reach,
            step=0.05,
            key=state.slider(entry.key, unit),
            label_visibility="collapsed",
        )


def show_sliders(entry: Entry, reach: float) -> list[float]:
    """A slider a unit, those that matter first; the code they stand at."""
    dim = entry.config.model.latent_dim
    state.prepare_sliders(entry.key, dim, reach)
    unused: list[int] = []
    for layer in units.layers(entry.config.model, entry.kl_per_unit):
        if layer.name:
            st.markdown(f"**{layer.name}**")
        for unit in layer.used:
            unit_slider(entry, unit, reach)
        unused += layer.unused
    if unused:
        with st.expander(f"{len(unused)} units the model does not use"):
            for unit in unused:
                unit_slider(entry, unit, reach)
    z = [float(st.session_state[state.slider(entry.key, unit)]) for unit in range(dim)]
    state.keep_code(entry.key, z)
    return z


def pick_label(entry: Entry) -> int | None:
    """The label that a conditional model is given."""
    names = naming.class_names(entry.config)
    label = None
    if names:
        state.prepare_label(len(names))
        label = st.selectbox("Label", range(len(names)), format_func=names.__getitem__, key=state.LABEL_PICKER)
    state.keep_label(label)
    return label


@st.fragment
def explorer(entry: Entry) -> None:
    """Picture and sliders; a move redraws no more than this."""
    with frame.errors_shown():
        reach = cached.reach(entry)
        left, right = st.columns([9, 11], gap="medium")
        picture = left.container(key="picture")
        with left.container(horizontal=True):
            st.button("Random", on_click=lambda: state.set_code(entry.key, cached.draw(entry), reach))
            zero = [0.0] * entry.config.model.latent_dim
            st.button("Reset", on_click=lambda: state.set_code(entry.key, zero, reach))
        with right:
            label = pick_label(entry)
            z = show_sliders(entry, reach)
            if len(z) == 2:
                show_manifold(entry, z)
        with picture:
            show_picture(entry, z, label)


cached.warm_up()
explorer(pick_model())
