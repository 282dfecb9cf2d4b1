"""The levers of a training that goes on: pace, the objective's weight, learning rate, what learns."""

from typing import Any, get_args

import streamlit as st

from ui import cached, frame, state
from ui.train.words import CHOICES, WORDS
from vae import jobs
from vae.config import Frozen, Levers, parse
from vae.jobs import Control, Run

FULL = 0.0
PACES = {
    FULL: "Full speed",
    10.0: "10 steps a second",
    3.0: "3 steps a second",
    1.0: "1 step a second",
}


def show_pace(run: Run, control: Control) -> None:
    """Slow motion, for those who watch."""
    now = control.pace or FULL
    key = state.lever(run.name, "pace", now)
    paces = [*PACES, *({now} - PACES.keys())]
    st.selectbox(
        "Pace",
        paces,
        index=paces.index(now),
        format_func=lambda pace: PACES.get(pace, f"{pace:g} steps a second"),
        key=key,
        label_visibility="collapsed",
        width=170,
        on_change=frame.callback(_set_pace),
        args=(run, key),
    )


def _set_pace(run: Run, key: str) -> None:
    jobs.set_pace(run, st.session_state[key] or None)
    cached.forget_runs()


def wanted() -> bool:
    """Whether the levers are to be shown; a switch that says so."""
    return st.toggle(
        "Levers",
        key=state.LEVERS,
        help="Change the objective's weight, the learning rate or what learns, now",
    )


def show(run: Run, control: Control, before: Levers, lever: str) -> None:
    """What may be changed in mid-run; it takes effect with the next step, and the record says so.

    `before` is what the training goes by, `lever` the objective's weight that may be changed.
    """
    now = control.levers.over(before)
    weight, rate, frozen = st.columns(3, gap="small")
    if lever:
        label, about = WORDS[f"objective.{lever}" if lever == "beta" else lever]
        with weight:
            _number(run, "weight", label, about, now.weight, high=1e6)
    with rate:
        label, about = WORDS["train.learning_rate"]
        _number(run, "learning_rate", label, about, now.learning_rate, high=1.0)
    with frozen:
        _choice(run, now.frozen)


def _number(run: Run, name: str, label: str, about: str, value: float | None, high: float) -> None:
    key = state.lever(run.name, name, value)
    st.number_input(
        label,
        value=value,
        min_value=0.0 if name == "weight" else 1e-7,
        max_value=high,
        step=max(1e-5, (value or 1.0) / 2),
        format="%g",
        key=key,
        help=about,
        on_change=frame.callback(_steer),
        args=(run, name, key),
    )


def _choice(run: Run, value: str | None) -> None:
    key = state.lever(run.name, "frozen", value)
    label, about = WORDS["frozen"]
    options = get_args(Frozen)
    st.selectbox(
        label,
        options,
        index=options.index(value),
        format_func=lambda choice: CHOICES.get(f"frozen {choice}", choice),
        key=key,
        help=about,
        on_change=frame.callback(_steer),
        args=(run, "frozen", key),
    )


def _steer(run: Run, name: str, key: str) -> None:
    value: Any = st.session_state[key]
    if value is not None:
        jobs.steer(run, parse(Levers, {name: value}))
        cached.forget_runs()
