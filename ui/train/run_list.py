"""All trainings, newest first, each with where it stands; and those of models that ship."""

from typing import Literal

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry
from vae import jobs
from vae.untrusted import shortened

EVERY_SECONDS = 2.0
SHOWN = 5
"""More than so many scroll."""


def pick() -> jobs.Run | Entry | None:
    """The training that is shown, or the model that ships with its own; None where there is none."""
    shipped = cached.recordings()
    wanted = state.wanted(state.RUN)
    runs = {e.run.name: e.run for e in cached.runs(None if wanted in shipped else wanted)}
    name = state.chosen(state.RUN, [*runs, *shipped])
    if asked := state.asked_in_vain(state.RUN):
        st.warning(frame.as_plain_text(f"There is no training called {shortened(asked)}."))
    return None if name is None else runs.get(name) or shipped.get(name)


@st.fragment(run_every=EVERY_SECONDS)
def show(shown: str) -> None:
    """Draw the list; looking at it keeps the queue going."""
    with frame.errors_shown():
        entries = {entry.run.name: entry for entry in cached.runs()}
        shipped = cached.recordings()
        waiting = [e for e in reversed(entries.values()) if e.status and e.status.state == "queued"]
        if waiting and jobs.pump(jobs.root()):
            cached.forget_runs()
            state.rerun()
        if shown not in {**entries, **shipped} or state.current(state.RUN) != shown:
            state.rerun()  # it was deleted, or another one was picked
        turns = {entry.run.name: turn for turn, entry in enumerate(waiting, 1)}
        rows = {name: naming.run_row(entry, turns.get(name, 0)) for name, entry in entries.items()}
        titles = {name: title for name, (title, _) in rows.items()}
        titles = naming.unique(titles | {name: entry.title for name, entry in shipped.items()})
        captions = [caption for _, caption in rows.values()]
        height: int | Literal["content"] = 330 if len(titles) > SHOWN else "content"
        with st.container(height=height, border=False):
            st.radio(
                "Trainings",
                list(titles),
                format_func=lambda name: frame.as_plain_text(
                    titles[name] if name in titles else str(name)
                ),
                captions=[*captions, *("Ships with the app, recorded" for _ in shipped)],
                key=state.picker(state.RUN),
                on_change=lambda: state.take_choice(state.RUN, titles),
            )
