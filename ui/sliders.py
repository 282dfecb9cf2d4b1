"""Streamlit's own sliders with the server's picture, for a browser that cannot decode.

The picture follows when a slider is let go.
"""

import numpy as np
import streamlit as st

from ui import cached, frame, naming, pictures, state, units
from ui.catalogue import Entry

STEP = 0.05


def show(entry: Entry, reach: float) -> None:
    """Draw the picture and the sliders, and keep where they stand."""
    left, right = st.columns(2, gap="medium")
    with right.container(gap=None):
        label = _pick_label(entry)
        z = _units(entry, reach)
    state.keep(entry.key, z, label)
    with left.container(key="picture"), frame.errors_shown():
        mean = cached.decode(entry, np.array([z], np.float32), label)[0]
        png = pictures.png(pictures.to_pixels(mean))
        st.html(pictures.image_tag(png, "What the model decodes from the code"))


def _pick_label(entry: Entry) -> int | None:
    """The label that a conditional model is given; None for another model."""
    names = naming.class_names(entry.config)
    if not names:
        return None
    state.prepare_label(len(names))
    return st.pills(
        "Label",
        range(len(names)),
        format_func=lambda y: names[y],
        key=state.LABEL_PICKER,
        required=True,
    )


def _units(entry: Entry, reach: float) -> list[float]:
    """A slider a latent unit: those that carry most first, those that carry nothing folded away."""
    dim = entry.config.model.latent_dim
    state.prepare_sliders(entry.key, dim, reach)
    unused: list[int] = []
    for layer in units.layers(entry.config.model, entry.kl_per_unit):
        if layer.name:
            st.markdown(f"**{layer.name}**")
        for unit in layer.used:
            _row(entry, unit, reach)
        unused += layer.unused
    if unused:
        count = "1 unit" if len(unused) == 1 else f"{len(unused)} units"
        with st.expander(f"{count} the model does not use"), st.container(gap=None):
            for unit in unused:
                _row(entry, unit, reach)
    return state.sliders(entry.key, dim)


def _row(entry: Entry, unit: int, reach: float) -> None:
    """The unit, the KL it carries, its slider."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kl = entry.kl_per_unit
        st.html(units.label(unit, kl), width=170 if kl else 80)
        st.slider(
            f"Unit {unit}",
            -reach,
            reach,
            step=STEP,
            key=state.slider(entry.key, unit),
            label_visibility="collapsed",
        )
