"""A slider a latent unit: those that carry most first, those that carry nothing folded away."""

import streamlit as st

from ui import state, units
from ui.catalogue import Entry

STEP = 0.05


def show(entry: Entry, reach: float) -> list[float]:
    """Draw them, from -reach to reach; the code they stand at."""
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
    z = state.code(entry.key, dim)
    state.keep_code(entry.key, z)
    return z


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
