"""Many models under one code: the live element, and in numbers what each is worth."""

from collections.abc import Sequence

import streamlit as st

from ui import frame, naming, state
from ui.catalogue import REACH, Entry
from ui.compare import finding, kl_table, number_tables, sets
from ui.compare.finding import Measuring
from ui.compare.number_tables import MINUS
from ui.live.comparison import FIELDS, KEY, Side, comparison, shared_units
from ui.live.described import problem
from vae.comparison import Comparison
from vae.errors import VaeError

SOON = 1.0
"""Seconds to the next look at what is being measured."""


def usable(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Those whose weights can be read, and a sentence for each other: one does not take all with it."""
    problems = {entry.key: problem(entry) for entry in entries}
    sentences = [f"{e.title} is left out: {problems[e.key]}" for e in entries if problems[e.key]]
    return [entry for entry in entries if not problems[entry.key]], sentences


def show(entries: Sequence[Entry]) -> None:
    """Draw the models side by side, with what is known of them."""
    with frame.above():
        found = _measured(entries)
    _live(entries, found)
    if found is not None:
        _numbers(_sides(entries, found), found)


def _measured(entries: Sequence[Entry]) -> Comparison | None:
    """What was measured of them; None, and a word, while or because nothing is."""
    try:
        found = finding.comparison(entries)
    except VaeError as error:
        st.warning(frame.as_plain_text(f"These models are not measured and not aligned: {error}"))
        return None
    if isinstance(found, Measuring):
        _await(found)
        return None
    return found


@st.fragment(run_every=SOON)
def _await(measuring: Measuring) -> None:
    """Say how far it is, and draw the page anew when it is there."""
    with frame.errors_shown():
        if measuring.result.done():
            state.rerun()
        text = f"Measuring and aligning: {measuring.done} of {measuring.of} models"
        st.progress(measuring.done / measuring.of, text)


def _sides(entries: Sequence[Entry], found: Comparison | None) -> list[Side]:
    names = sets.names([entry.config for entry in entries])
    if found is None:
        return [Side(entry, name, None) for entry, name in zip(entries, names, strict=True)]
    keys = finding.contents(entries)
    return [
        Side(entry, name, found.models[key], reference=key == found.reference)
        for entry, name, key in zip(entries, names, keys, strict=True)
    ]


@st.fragment
def _live(entries: Sequence[Entry], found: Comparison | None) -> None:
    """The element; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        sides = _sides(entries, found)
        classes = _classes(entries)
        begin = state.view(
            state.COMPARISON, (KEY, shared_units(sides), len(classes)), 2 * REACH, FIELDS
        )
        seen = comparison(
            sides,
            found,
            key=state.COMPARISON,
            begin=begin,
            class_names=classes,
            joined=sets.joined([entry.config for entry in entries]),
        )
        state.keep_view(state.COMPARISON, seen.view, FIELDS)
        if seen.opened:
            state.keep(seen.opened.key, seen.opened.z, seen.opened.label)
            state.choose(state.MODEL, seen.opened.key)
            st.switch_page(frame.EXPLORE)


def _classes(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The labels that all conditional models among them take."""
    found = [naming.class_names(entry.config) for entry in entries]
    return max(found, key=len)


def _numbers(sides: Sequence[Side], found: Comparison) -> None:
    """A table of measurements, the KL of every unit, and how the units were matched."""
    worth, kl, matched = st.tabs(["Numbers", "KL of each unit", "How units were aligned"])
    with worth:
        st.html(number_tables.numbers(sides))
        st.caption(number_tables.meaning(found))
    with kl:
        st.html(kl_table.kl_by_unit(sides))
    with matched:
        st.caption(
            "Each unit is matched with the unit of the other model whose posterior mean goes up and "
            f"down with it over the same images: its number, {MINUS} where it runs the other way, "
            "and the correlation."
        )
        st.html(number_tables.matches(sides))
