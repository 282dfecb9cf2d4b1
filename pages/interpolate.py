"""Interpolate: from picture to picture through the codes between them."""

import streamlit as st

from ui import frame, naming, state
from ui.catalogue import Entry
from ui.live.interpolator import FIELDS, interpolator
from ui.picker import pick_model
from ui.reconstruct import measuring
from ui.reconstruct.measuring import HeldOut
from ui.reconstruct.reconstruction import await_rest
from vae.errors import VaeError


@st.fragment
def show(entry: Entry) -> None:
    """The picture on its way; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        names = naming.class_names(entry.config)
        of = (entry.key, entry.config.model.latent_dim, len(names))
        pictures = offered(entry)
        begin = state.view(state.INTERPOLATOR, of, entry.reach, FIELDS)
        seen = interpolator(
            entry,
            key=state.INTERPOLATOR,
            begin=begin,
            class_names=names,
            pictures=pictures,
            picture=state.picture(entry.config.model.shape),
        )
        state.keep_view(state.INTERPOLATOR, seen.view, FIELDS)
        if seen.opened:
            state.keep(entry.key, *seen.opened)
            st.switch_page(frame.EXPLORE)
        # By what was offered: what is there a moment later would not be waited for.
        if seen.shown and pictures == "":
            await_rest([measuring.held_out(entry)])


def offered(entry: Entry) -> HeldOut | str:
    """Pictures of the data, or why there are none; they are looked for once the first picture is there."""
    report = state.reported(state.INTERPOLATOR)
    if not report.get("shown") or not measuring.held_out(entry).done():
        return ""
    try:
        return measuring.held_out(entry).result()
    except VaeError as error:
        return f"No pictures of the data to choose: {error}"


show(pick_model())
