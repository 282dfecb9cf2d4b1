"""Reconstruct: draw, upload or pick a picture, see what a model makes of it."""

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry
from ui.live.drawing import Shelf, drawing, drawn
from ui.picker import pick_model
from ui.reconstruct import beside, measuring, reconstruction, uploading, working
from ui.reconstruct.reconstruction import Answer

DRAW, UPLOAD, CAMERA, PICK = "Draw", "Upload", "Camera", "Pick from the data"


@st.fragment
def reconstruct(entry: Entry) -> None:
    """The way in, the pad, and the working; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        way = st.segmented_control(
            "Where the picture comes from",
            [DRAW, UPLOAD, CAMERA, PICK],
            default=DRAW,
            required=True,
            key=state.WAY,
            label_visibility="collapsed",
        )
        with frame.above():
            if way in (UPLOAD, CAMERA):
                uploading.show(entry, camera=way == CAMERA)
        pad, below = st.container(), st.container()
        with below:
            others = beside.pick(entry)
        with pad:
            found = show_pad(entry, others, pick=way == PICK)
        with below:
            if found is not None:
                working.show(entry, found)
            if found is not None and found.waiting:
                reconstruction.await_rest(found.waiting)


def show_pad(entry: Entry, others: list[tuple[str, Entry]], *, pick: bool) -> Answer | None:
    """The element, and what PyTorch says of its picture; None for an empty pad."""
    names = naming.class_names(entry.config)
    shape = entry.config.model.shape
    begin = state.picture_push(shape)
    seen = drawn(entry, begin, state.reported(state.DRAWING), len(names))
    state.keep_picture(shape, seen.picture)
    found = None
    if seen.picture is not None:
        found = reconstruction.answer(entry, seen.picture, [other for _, other in others])
    with frame.above():
        offered = shelf(entry, seen.leaf) if pick else None
    asked = drawing(
        entry,
        key=state.DRAWING,
        begin=begin,
        class_names=names,
        neighbours=others,
        shelf=offered,
        shown=None if found is None else reconstruction.shown(found, seen.of),
    )
    if asked.opened:
        state.keep(entry.key, *asked.opened)
        st.switch_page(frame.EXPLORE)
    if asked.problem and found is not None:
        reconstruction.show_pictures(found)
    return found


def shelf(entry: Entry, leaf: int) -> Shelf:
    """Pictures of the data to pick from, and a sentence where they are of other data."""
    found = measuring.held_out(entry).result()
    st.caption(frame.as_plain_text(f"{found.note}. Pick one."))
    return reconstruction.shelf(found, leaf)


cached.warm_up()
reconstruct(pick_model())
