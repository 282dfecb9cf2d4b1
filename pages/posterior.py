"""Posterior: what a picture's code really may be, beside what the encoder says of it."""

import streamlit as st

from ui import cached, exact, frame, naming, state
from ui.catalogue import Entry
from ui.live.drawing import drawn
from ui.live.exact import exact as show_element
from ui.picker import pick_model
from ui.reconstruct import measuring, reconstruction

WHY = (
    "p(z|x) = p(x|z) p(z) / p(x), and p(x) is an integral over all codes, which has no formula and, "
    "over many units, more places than any computer can visit. Over two units it is a sum over a grid: "
    "so here, and only here, the encoder's q(z|x) can be held against the truth."
)


@st.fragment
def show(entry: Entry) -> None:
    """The pad and both posteriors; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        shape, names = entry.config.model.shape, naming.class_names(entry.config)
        pictures = measuring.held_out(entry).result()
        if state.picture(shape) is None and not state.reported(state.DRAWING):
            state.give_picture(exact.first_picture(entry, pictures))
        begin = state.picture_push(shape)
        seen = drawn(entry, begin, state.reported(state.DRAWING), len(names))
        state.keep_picture(shape, seen.picture)
        future = None if seen.picture is None else exact.posterior(entry, seen.picture)
        # Asked once: it may be there a moment later, and nobody would wait for it.
        found = future.result() if future and future.done() else None
        show_element(
            entry,
            key=state.DRAWING,
            begin=begin,
            class_names=names,
            shelf=reconstruction.shelf(pictures, seen.leaf),
            found=found,
            of=seen.of,
        )
        st.caption(f"{WHY} {frame.as_plain_text(pictures.note)}; pixels are on or off.")
        if future and found is None:
            reconstruction.await_rest([future])


def other_models(entry: Entry) -> None:
    """The way to a model that has one."""
    st.info(
        "The exact posterior is a sum over a plane of codes: it needs a VAE with two latent units. "
        f"{frame.as_plain_text(entry.title)} is none."
    )
    for other in cached.explorable().entries.values():
        if exact.has_one(other):
            st.button(
                f"Show {frame.as_plain_text(other.title)}",
                key=f"show {other.key}",
                on_click=state.choose,
                args=(state.MODEL, other.key),
            )


def prefer() -> None:
    """Begin with a model that has an exact posterior, where none was asked for."""
    suitable = (e.key for e in cached.explorable().entries.values() if exact.has_one(e))
    if state.current(state.MODEL) is None and not state.is_asked(state.MODEL):
        state.choose(state.MODEL, next(suitable, None))


cached.warm_up()
prefer()
chosen = pick_model()
if exact.has_one(chosen):
    show(chosen)
else:
    other_models(chosen)
