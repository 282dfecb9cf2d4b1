"""Generate: pictures from the prior, by label, by style."""

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry
from ui.live.generator import FIELDS, generator
from ui.picker import pick_model
from vae.config import CvaeConfig


def main(entry: Entry) -> None:
    """The pictures, and for a model without labels the way to one that has them."""
    names = naming.class_names(entry.config)
    with frame.above():
        if not names:
            lead_to_labels()
    show(entry, names)


@st.fragment
def show(entry: Entry, names: tuple[str, ...]) -> None:
    """The pictures; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        of = (entry.key, entry.config.model.latent_dim, len(names))
        begin = state.view(state.GENERATOR, of, entry.reach, FIELDS)
        seen = generator(
            entry,
            key=state.GENERATOR,
            begin=begin,
            class_names=names,
            picture=state.picture(entry.config.model.shape),
        )
        state.keep_view(state.GENERATOR, seen.view, FIELDS)
        if seen.opened:
            state.keep(entry.key, *seen.opened)
            st.switch_page(frame.EXPLORE)


def lead_to_labels() -> None:
    """A word on labels, and the first model that knows some."""
    entries = cached.explorable().entries
    found = (key for key, entry in entries.items() if isinstance(entry.config.model, CvaeConfig))
    conditional = next(found, None)
    with st.container(horizontal=True, vertical_alignment="center"):
        if conditional is None:
            st.markdown("This model knows no labels. A conditional VAE does: train one.")
            st.page_link(frame.TRAIN, label="Train a model", icon=":material/arrow_forward:")
        else:
            st.markdown("This model knows no labels.", width="content")
            st.button(
                f"Take {frame.as_plain_text(entries[conditional].title)}",
                type="tertiary",
                on_click=state.choose,
                args=(state.MODEL, conditional),
                help="Generate by label with a model that was trained with labels",
            )


main(pick_model())
