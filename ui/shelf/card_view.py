"""A model's card, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from ui import cached, frame, pictures, state
from ui.shelf import exports
from ui.shelf.cards import PICTURE, Card, Damaged, facts, origin
from ui.train import branching, steering
from vae import jobs
from vae.jobs import shelf
from vae.jobs.about import About, write_about
from vae.untrusted import shortened


def show(card: Card) -> None:
    """A card, which falls alone: what cannot be drawn can be deleted."""
    with st.container(border=True, key=f"card {card.entry.key}"):
        if frame.fell(card.title, lambda: _draw(card)) and card.own:
            _delete(card.entry.key, card.entry.folder)


def show_damaged(damaged: Damaged) -> None:
    """What cannot be used, why, and the way to be rid of it."""
    with st.container(border=True, key=f"card {damaged.key}"):
        name = frame.as_plain_text(shortened(damaged.folder.name, 80))
        st.markdown(f"**{name}**")
        st.warning(frame.as_plain_text(shortened(damaged.why, frame.LONGEST)))
        if damaged.own:
            with frame.errors_shown():
                _delete(damaged.key, damaged.folder)


def _delete(key: str, folder: Path) -> None:
    """The button; for whoever may."""
    allowed = steering.may_change(folder)
    about = "It can be taken back on this page." if allowed else steering.LOOKING
    if st.button("Delete", key=f"delete {key}", help=about, disabled=not allowed) and allowed:
        state.keep_discarded(shelf.discard(folder, jobs.root()))
        _done()


def _draw(card: Card) -> None:
    """Picture, name, numbers, and two ways on."""
    if content := cached.file(card.entry.folder / PICTURE):
        st.html(pictures.image_tag(content, f"Pictures that {card.title} makes up"))
    st.markdown(f"**{frame.as_plain_text(card.title)}**")
    if card.about.note:
        st.markdown(frame.as_plain_text(card.about.note))
    whose = "" if not card.own or steering.may_change(card.entry.folder) else "Someone else's"
    st.caption("  \n".join(line for line in (facts(card), origin(card), whose) if line))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            frame.EXPLORE,
            label="Explore",
            icon=":material/arrow_forward:",
            query_params={state.MODEL: card.entry.key},
        )
        if st.button("More", key=f"more {card.entry.key}", help="Rename, copy, export, delete"):
            _more(card)


@st.dialog("Model", width="medium")
def _more(card: Card) -> None:
    with frame.errors_shown():
        st.markdown(f"**{frame.as_plain_text(card.title)}**")
        allowed = steering.may_change(card.entry.folder)
        if card.own:
            _describe(card, allowed=allowed)
        _take_away(card)
        st.divider()
        _copy_or_delete(card)


def _describe(card: Card, *, allowed: bool) -> None:
    if not allowed:
        st.caption(steering.LOOKING)
    with st.form(f"about {card.entry.key}", border=False):
        title = st.text_input(
            "Name",
            card.about.title,
            max_chars=80,
            help="Empty: the name that its settings give.",
            disabled=not allowed,
        )
        note = st.text_area(
            "Note",
            card.about.note,
            max_chars=2000,
            help="Found by the search.",
            disabled=not allowed,
        )
        if st.form_submit_button("Save", disabled=not allowed) and allowed:
            write_about(card.entry.folder, About(title=title, note=note))
            _done()


def _take_away(card: Card) -> None:
    """Downloads; each file is made when its button is pressed."""
    name = card.entry.folder.name
    files: list[tuple[str, Callable[[], bytes | str], str, str]] = [
        ("Model, zip", lambda: exports.whole(card), f"{name}.zip", "To import it elsewhere."),
        ("ONNX", lambda: exports.onnx(card), f"{name}-onnx.zip", "Encoder and decoder as graphs."),
        ("Model card", lambda: exports.card_text(card), f"{name}.md", "Settings and numbers."),
    ]
    if card.is_run:
        file = f"events.out.tfevents.{int(card.since.timestamp())}.{name}"
        files.append(("TensorBoard", lambda: exports.tensorboard(card), file, "The curves."))
    with st.container(horizontal=True):
        for label, content, file_name, about in files:
            st.download_button(label, content, file_name, on_click="ignore", help=about)


def _copy_or_delete(card: Card) -> None:
    with st.container(horizontal=True):
        if st.button("Train further", help="A new training that begins with these weights."):
            _train_further(card)
        if st.button("Duplicate", help="A copy of one's own, to rename or to train on."):
            steering.check_room(models=1)
            shelf.duplicate(card.entry.folder, jobs.root(), steering.token())
            _done()
        if not card.own:
            return
        _delete(card.entry.key, card.entry.folder)


def _train_further(card: Card) -> None:
    """Open Train, set up for a training that begins where this model is."""
    branching.prepare(card.entry.weights, card.title, card.entry.config)
    st.switch_page(frame.TRAIN)


def show_undo() -> None:
    """What was just deleted, and the way back."""
    place = state.discarded()
    if place is None or not place.exists():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Deleted {frame.as_plain_text(place.name)}.")
        st.button("Undo", on_click=frame.callback(_undo))


def _undo() -> None:
    place = state.discarded()
    assert place is not None, "Undo is shown where something was deleted"
    try:
        shelf.restore(place, jobs.root())
    finally:
        state.keep_discarded(None)
        cached.forget_runs()


def _done() -> None:
    cached.forget_runs()
    st.rerun()
