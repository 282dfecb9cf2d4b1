"""The map of a model as a page: which images, which method, and the map, watched while it forms."""

from collections.abc import Callable

import streamlit as st

from ui import frame, naming, state
from ui.catalogue import Entry
from ui.live.map import FIELDS, latent_map
from ui.mapping import map_below, map_chart, map_choice, map_places, map_sources
from ui.mapping.map_places import Places
from ui.mapping.map_sources import Source
from vae.jobs.mapping import Status
from vae.projection import Points, Settings

PICTURES_SECONDS = 0.4
FORMING_SECONDS = 0.5
"""Between two looks at a map that forms."""


def show(entry: Entry) -> None:
    """Choices, and the map that follows from them."""
    settings, source = map_choice.chosen(entry)
    forms = map_places.forming(entry, source, settings)
    st.fragment(_draw, run_every=FORMING_SECONDS if forms else None)(entry, forms)


def _draw(entry: Entry, forms: bool) -> None:
    """The map; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        state.straighten()
        with frame.above():
            frame.say_told()
        settings, source = map_choice.chosen(entry)
        row = st.container(horizontal=True, vertical_alignment="center", key="map-choices")
        with row:
            map_choice.draw(entry, settings, source)
        # Asked before anything is drawn: what is there a moment later would not be waited for.
        pending = not forms and map_chart.pending(entry, source)
        points = map_sources.points(entry, source)
        found = map_places.find(points, settings)
        with row:
            if found.status is None or found.status.state == "done":
                st.caption(frame.as_plain_text(points.note), width="stretch")
            else:
                _show_progress(points, settings, found.status)
        with st.container(key="map-field"):
            _show_map(entry, source, points, settings, found.places)
        if not forms:
            map_below.show(entry, source, points, settings, found.places)
        if map_places.forming(entry, source, settings) != forms:
            state.rerun()  # at another pace
        if pending:
            _await_more(entry, source)


def _show_map(
    entry: Entry, source: Source, points: Points, settings: Settings, places: Places
) -> None:
    chart = map_chart.of(entry, source, points, settings, places)
    names = naming.class_names(entry.config)
    of = (entry.key, entry.config.model.latent_dim, len(names))
    begin = state.view(state.MAP, of, float("inf"), FIELDS)
    seen = latent_map(entry, chart, key=state.MAP, begin=begin, class_names=names)
    state.keep_view(state.MAP, seen, FIELDS)


def _show_progress(points: Points, settings: Settings, status: Status) -> None:
    """How far a map is, and what can be done to it."""
    name = map_choice.METHODS[settings.method]
    match status.state:
        case "running" | "paused":
            share = status.step / status.total if status.total else 0.0
            verb = "paused at" if status.state == "paused" else "forming,"
            words = f"{name} {verb} step {status.step} of {status.total}"
            with frame.turns():
                if status.state == "paused":
                    _button("Go on", lambda: map_places.ask(points, settings, "run"), main=True)
                else:
                    _button("Pause", lambda: map_places.ask(points, settings, "pause"))
            _button("Stop", lambda: map_places.ask(points, settings, "stop"))
            st.progress(
                min(1.0, share),
                words if status.total else frame.as_plain_text(f"{name}: {status.busy}"),
            )
        case "stopped":
            where = f"{name} stopped at step {status.step} of {status.total}."
            st.markdown(f"{where} {status.cause}".rstrip(), width="content")
            _button("Make it anew", lambda: map_places.begin(points, settings), main=True)
        case _:
            st.error(frame.as_plain_text(status.cause))
            _button("Try again", lambda: map_places.begin(points, settings), main=True)


def _button(label: str, action: Callable[[], object], *, main: bool = False) -> None:
    """A button. A callback hears it even where the page changes in the moment of the press."""
    st.button(
        label,
        type="primary" if main else "secondary",
        key=f"map {label.lower()}",
        on_click=frame.callback(action),
    )


@st.fragment(run_every=PICTURES_SECONDS)
def _await_more(entry: Entry, source: Source) -> None:
    """Draw the map anew as soon as its pictures and numbers are there."""
    with frame.errors_shown():
        if not map_chart.pending(entry, source):
            state.rerun()
