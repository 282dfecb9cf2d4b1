"""Models: all that there are, as cards; to name, copy, take away, bring and delete."""

import streamlit as st

from ui import cached, frame, state
from ui.shelf import card_view, cards
from ui.shelf.cards import Card
from ui.train import steering
from vae import jobs
from vae.jobs.archive import unpack

COLUMNS = 4


@st.dialog("Import a model")
def bring() -> None:
    """Take in a zip that was exported here or elsewhere."""
    with frame.errors_shown():
        file = st.file_uploader("A zip from the export of this page", type="zip")
        if file is not None:
            steering.check_room(models=1)
            unpack(file, jobs.root(), steering.token())
            cached.forget_runs()
            st.rerun()


def foreign(among: list[Card]) -> int:
    """How many are someone else's, for all that is known of who looks."""
    return sum(card.own and not steering.may_change(card.entry.folder) for card in among)


@st.fragment
def recognise(among: list[Card], before: int) -> None:
    """Learn who looks; the page is drawn anew only where that changes it, for it would close a dialog."""
    with frame.errors_shown():
        steering.recognise()
        if foreign(among) != before:
            state.rerun()


found, damaged = cards.cards(cached.explorable(), jobs.root())
with frame.above():
    card_view.show_undo()
with st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input("Find", placeholder="Words of a name or a note", width=320)
    kinds = sorted({card.data for card in found})
    data = st.pills("Data", kinds) if len(kinds) > 1 else None
    order = st.selectbox("Sort by", list(cards.ORDERS), width=160)
    if st.button("Import", icon=":material/upload:", help="Take in a model's zip file."):
        bring()
shown = cards.select(found, text=text, data=data, order=order)
own = sum(card.size for card in found if card.own)
st.caption(
    f"{len(shown)} of {len(found)} models. Those that do not ship take {cards.size(own)} on the disk."
)
for start in range(0, len(shown), COLUMNS):
    row = shown[start : start + COLUMNS]
    for column, card in zip(st.columns(COLUMNS), row, strict=False):
        with column:
            card_view.show(card)
broken = cards.select_damaged(damaged, text) if data is None else []
if broken:
    st.subheader("Cannot be used", anchor=False)
for start in range(0, len(broken), COLUMNS):
    for column, each in zip(st.columns(COLUMNS), broken[start : start + COLUMNS], strict=False):
        with column:
            card_view.show_damaged(each)
if not shown and not broken:
    st.info("No model has all these words. Shorten the search.")
recognise(shown, foreign(shown))
