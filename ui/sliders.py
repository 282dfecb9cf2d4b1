"""Streamlit's own sliders with the server's picture, for a browser that cannot decode.

The picture follows when a slider is let go.
"""

import numpy as np
import streamlit as st

from ui import cached, frame, naming, pictures, state, units
from ui.catalogue import Entry

STEP = 0.05


def show(entry: Entry) -> None:
    """Draw the picture and the sliders, and keep where they stand."""
    left, right = st.columns(2, gap="medium")
    picture = left.container(key="picture")
    with left.container(horizontal=True, horizontal_alignment="center"), frame.errors_shown():
        _actions(entry)
    with right.container(gap=None):
        label = _pick_label(entry)
        z = _units(entry)
    state.keep(entry.key, z, label)
    with picture, frame.errors_shown():
        mean = cached.decode(entry, np.array([z], np.float32), label)[0]
        png = pictures.png(pictures.to_pixels(mean))
        st.html(pictures.image_tag(png, "What the model decodes from the code"))


def _actions(entry: Entry) -> None:
    """Buttons that move all sliders; they come before these, which cannot be moved once drawn."""
    if st.button("Random", help="Draw a code from the prior"):
        state.place_sliders(entry.key, cached.draw(entry))
    if st.button("Reset", help="Set every unit to 0"):
        state.place_sliders(entry.key, [0.0] * entry.config.model.latent_dim)


def _pick_label(entry: Entry) -> int | None:
    """The label that a conditional model is given; None for another model."""
    names = naming.class_names(entry.config)
    if not names:
        return None
    state.prepare_label(len(names))
    return st.pills(
        "Label",
        range(len(names)),
        format_func=lambda y: frame.as_plain_text(names[y]),
        key=state.LABEL_PICKER,
        required=True,
    )


def _units(entry: Entry) -> list[float]:
    """A slider a latent unit: those that carry most first, those that carry nothing folded away."""
    dim = entry.config.model.latent_dim
    state.prepare_sliders(entry.key, dim, entry.reach)
    unused: list[int] = []
    for layer in units.layers(entry.config.model, entry.kl_per_unit):
        if layer.name:
            st.markdown(f"**{layer.name}**")
        for unit in layer.used:
            _row(entry, unit)
        unused += layer.unused
    if unused:
        count = "1 unit" if len(unused) == 1 else f"{len(unused)} units"
        with st.expander(f"{count} the model does not use"), st.container(gap=None):
            for unit in unused:
                _row(entry, unit)
    return state.sliders(entry.key, dim)


def _row(entry: Entry, unit: int) -> None:
    """The unit, the KL it carries, its slider."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kl = entry.kl_per_unit
        st.html(units.label(unit, kl), width=170 if kl else 80)
        st.slider(
            f"Unit {unit}",
            -entry.reach,
            entry.reach,
            step=STEP,
            key=state.slider(entry.key, unit),
            label_visibility="collapsed",
        )
