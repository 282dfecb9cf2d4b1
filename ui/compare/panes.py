"""Any two models side by side."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import frame, naming, state
from ui.catalogue import Entry
from ui.live.panes import Side, panes, side
from ui.reconstruct import measuring
from ui.reconstruct.measuring import HeldOut
from vae.config import AutoencoderConfig
from vae.errors import VaeError

SOON = 0.5
"""Seconds to the next look for the real pictures."""


def show(entries: Mapping[str, Entry]) -> None:
    """Pick two models, and draw them."""
    if len(entries) < 2:
        st.info("Two models are needed: train one more.")
        st.page_link(frame.TRAIN, label="Train a model", icon=":material/arrow_forward:")
        return
    titles = naming.unique({key: entry.title for key, entry in entries.items()})
    keys = state.panes(_contrast(entries), list(entries))
    sides: list[Side | None] = []
    for column, picker, key in zip(st.columns(2), state.PANE_PICKERS, keys, strict=True):
        with column:
            st.session_state[picker] = key
            st.selectbox(
                picker.capitalize(),
                list(titles),
                format_func=lambda option: titles.get(option, option),
                key=picker,
                on_change=_take,
                label_visibility="collapsed",
            )
            sides.append(_side(entries[key], titles[key]))
    stand = [entries[key] for key, each in zip(keys, sides, strict=True) if each]
    if stand:
        _panes(stand, sides)


def _side(entry: Entry, title: str) -> Side | None:
    """A model for its pane; None of one that falls, which is said in its place."""
    with frame.errors_shown(title):
        return side(entry, title)
    return None


def _take() -> None:
    state.keep_panes([st.session_state[picker] for picker in state.PANE_PICKERS])


def _contrast(entries: Mapping[str, Entry]) -> list[str]:
    """A plain autoencoder beside a VAE that learnt from the same data with as many units, if there are."""
    for key, entry in entries.items():
        config = entry.config
        if isinstance(config.model, AutoencoderConfig):
            for other, candidate in entries.items():
                theirs = candidate.config
                if theirs.model.kind != "vae" or theirs.data.name != config.data.name:
                    continue
                if theirs.model.latent_dim == config.model.latent_dim:
                    return [key, other]
    return list(entries)[:2]


def _panes(stand: Sequence[Entry], sides: Sequence[Side | None]) -> None:
    """The element, and real pictures for it as soon as they are there."""
    with frame.above():
        if len({entry.config.model.shape for entry in stand}) > 1:
            st.warning(
                "These models take images of different sizes: no picture fits both, "
                "and each shows its own codes."
            )
        real = _real_pictures(stand[0])
    if problem := panes(sides, real, key=state.PANES):
        st.warning(problem)


def _real_pictures(entry: Entry) -> HeldOut | None:
    """Pictures to share; None, where there are none, or not yet."""
    future = measuring.held_out(entry)
    if not future.done():
        _await(entry)
        return None
    try:
        return future.result()
    except VaeError as error:
        st.warning(frame.as_plain_text(f"No real pictures to share: {error}"))
        return None


@st.fragment(run_every=SOON)
def _await(entry: Entry) -> None:
    """Draw the page anew as soon as the pictures are there."""
    with frame.errors_shown():
        if measuring.held_out(entry).done():
            state.rerun()
