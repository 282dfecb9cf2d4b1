"""Explore: move the latent code, see the picture."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ui import cached, frame, naming, pictures, plane, sliders, state
from ui.catalogue import Entry
from ui.picker import pick_model

MAP_SIDE = 15


@st.fragment
def explorer(entry: Entry) -> None:
    """Picture and sliders; a move redraws no more than this."""
    with frame.errors_shown():
        reach = cached.reach(entry)
        left, right = st.columns(2, gap="medium")
        picture = left.container(key="picture")
        with left:
            show_buttons(entry, reach)
        with right.container(gap=None):
            label = pick_label(entry)
            z = sliders.show(entry, reach)
            if len(z) == 2:
                show_map(entry, z, label)
        with picture, frame.errors_shown():
            show_picture(entry, z, label)


def show_picture(entry: Entry, z: Sequence[float], label: int | None) -> None:
    """What the model makes of a code."""
    mean = cached.decode(entry, np.array([z], np.float32), label)[0]
    png = pictures.png(pictures.to_pixels(mean))
    st.html(pictures.image_tag(png, "What the model decodes from z"))


def show_map(entry: Entry, z: Sequence[float], label: int | None) -> None:
    """All of a two-dimensional model at once, and where the code lies in it."""
    spot = plane.place((z[0], z[1]), cached.reach(entry), normal=cached.has_normal_prior(entry))
    grid = cached.plane_map(entry, MAP_SIDE, label)
    with st.container(key="map"):
        st.html(pictures.image_tag(grid, "Unit 0 to the right, unit 1 upwards", spot))
        st.caption("Unit 0 grows to the right, unit 1 upwards.")


def show_buttons(entry: Entry, reach: float) -> None:
    """Ways to move all sliders at once."""

    def move_to(z: Sequence[float]) -> None:
        state.set_code(entry.key, z, reach)

    with st.container(horizontal=True):
        st.button(
            "Random", on_click=lambda: move_to(cached.draw(entry)), help="Draw z from the prior"
        )
        zero = [0.0] * entry.config.model.latent_dim
        st.button("Reset", on_click=lambda: move_to(zero), help="Set every unit to 0")


def pick_label(entry: Entry) -> int | None:
    """The label that a conditional model is given; None for another model."""
    names = naming.class_names(entry.config)
    label = None
    if names:
        state.prepare_label(len(names))
        label = st.pills(
            "Label",
            range(len(names)),
            format_func=lambda y: names[y],
            key=state.LABEL_PICKER,
            required=True,
        )
    state.keep_label(label)
    return label


cached.warm_up()
explorer(pick_model())
