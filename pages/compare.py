"""Compare: models side by side, one code for all."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import cached, frame, naming, state
from ui.catalogue import Entry
from ui.compare import panes, sets, side_by_side, sweeping
from ui.compare.sets import Family

OWN = "My own choice"
FEW = 5
"""Models left out that are named."""
MANY, TWO = "many", "two"
LAYOUTS = {MANY: "One code, many models", TWO: "Two panes"}


def main() -> None:
    """Many models under one code, or two beside each other."""
    wanted = state.wanted(state.COMPARED) or ""
    entries = cached.explorable(*wanted.split(",")[: state.MOST_COMPARED]).entries
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        layout = pick_layout()
    if layout == MANY:
        show_many(entries, row)
    else:
        panes.show(entries)


def pick_layout() -> str:
    """How models are put side by side."""
    st.session_state[state.LAYOUT_PICKER] = state.layout(list(LAYOUTS))

    def take() -> None:
        state.keep_layout(st.session_state[state.LAYOUT_PICKER], list(LAYOUTS))

    st.segmented_control(
        "Layout",
        list(LAYOUTS),
        format_func=LAYOUTS.__getitem__,
        key=state.LAYOUT_PICKER,
        on_change=take,
        required=True,
        label_visibility="collapsed",
    )
    chosen = state.layout(list(LAYOUTS))
    state.keep_layout(chosen, list(LAYOUTS))
    return chosen


def show_many(entries: Mapping[str, Entry], row: DeltaGenerator) -> None:
    """Choose, say what does not fit, and show the rest."""
    runs = cached.runs()
    families = sets.families(entries, runs)
    keys = state.compared(families[0].keys if families else list(entries)[:2])
    chosen = sets.sort_out(keys, entries, runs)
    usable, problems = side_by_side.usable(chosen.entries)
    with row:
        with st.popover("Choose models"), frame.errors_shown():
            pick_any(keys, entries)
        with st.popover("Start a sweep"), frame.errors_shown():
            sweeping.ask(usable)
    with frame.above():
        pick_family(keys, families)
        sweeping.show_coming(chosen.coming, len(keys))
        say_left_out([*chosen.left_out, *problems])
        if not usable and not chosen.coming:
            st.info(
                "Nothing to compare yet: choose two or more VAEs of the same data, or train some."
            )
            st.page_link(frame.TRAIN, label="Train a model", icon=":material/arrow_forward:")
    if usable:
        side_by_side.show(usable)


def say_left_out(sentences: Sequence[str]) -> None:
    """What does not fit, or is not there any more; of many the first."""
    said = list(sentences[:FEW])
    if len(sentences) > FEW:
        said.append(f"{len(sentences) - FEW} more are left out.")
    if said:
        st.warning(frame.as_plain_text("\n".join(said)))


def pick_family(keys: Sequence[str], families: Sequence[Family]) -> None:
    """The families that there are, and what was chosen one by one."""
    titles = {",".join(family.keys): family.title for family in families}
    current = ",".join(keys)
    titles = naming.unique(titles if current in titles else titles | {current: OWN})
    st.session_state[state.FAMILY_PICKER] = current
    st.selectbox(
        "Models",
        list(titles),
        format_func=lambda option: titles.get(option, option),
        key=state.FAMILY_PICKER,
        on_change=lambda: state.compare(st.session_state[state.FAMILY_PICKER].split(",")),
        label_visibility="collapsed",
    )


def pick_any(keys: Sequence[str], entries: Mapping[str, Entry]) -> None:
    """Any models; those that do not fit the first are left out and named."""
    titles = naming.unique({key: entry.title for key, entry in entries.items()})
    st.session_state[state.COMPARED_PICKER] = [key for key in keys if key in titles]
    st.multiselect(
        "Models of the same data",
        list(titles),
        format_func=lambda key: titles.get(key, key),
        key=state.COMPARED_PICKER,
        on_change=lambda: state.compare(st.session_state[state.COMPARED_PICKER]),
        help="The first one says what the others must fit: data, image size, likelihood.",
    )


main()
