"""All trainings, newest first, each with where it stands."""

from typing import Literal

import streamlit as st

from ui import cached, frame, naming, state
from vae import jobs

EVERY_SECONDS = 2.0
SHOWN = 5
"""More than so many scroll."""


def pick() -> jobs.Run | None:
    """The training that is shown; None where there is none."""
    entries = cached.runs()
    names = [entry.run.name for entry in entries]
    name = state.chosen(state.RUN, names, state.RUN_PICKER)
    if asked := state.asked_in_vain():
        st.warning(frame.as_plain_text(f"There is no training called {asked}."))
    return next((entry.run for entry in entries if entry.run.name == name), None)


@st.fragment(run_every=EVERY_SECONDS)
def show(shown: jobs.Run) -> None:
    """Draw the list; looking at it keeps the queue going."""
    with frame.errors_shown():
        entries = {entry.run.name: entry for entry in cached.runs()}
        waiting = [e for e in reversed(entries.values()) if e.status and e.status.state == "queued"]
        if waiting and jobs.pump(jobs.root()):
            cached.forget_runs()
            st.rerun()
        if shown.name not in entries or state.current(state.RUN) != shown.name:
            st.rerun()  # it was deleted, or another one was picked
        height: int | Literal["content"] = 330 if len(entries) > SHOWN else "content"
        with st.container(height=height, border=False):
            titles = naming.unique({name: naming.run_title(e) for name, e in entries.items()})
            turns = {entry.run.name: turn for turn, entry in enumerate(waiting, 1)}
            st.radio(
                "Trainings",
                list(entries),
                format_func=lambda name: titles.get(name, name),
                captions=[naming.run_state(e, turns.get(n, 0)) for n, e in entries.items()],
                key=state.RUN_PICKER,
                on_change=lambda: state.take_choice(state.RUN, state.RUN_PICKER, entries),
            )
