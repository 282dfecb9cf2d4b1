"""A training as it goes on: progress, what it has learnt so far, and what can be done to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry, run_key
from ui.door import paths
from ui.live import timeline as element
from ui.train import branching, levers, steering
from ui.train.timeline import Timeline
from vae import jobs
from vae.config import RunConfig
from vae.errors import RunError
from vae.export.timeline import Moment
from vae.jobs import Control, Run, Status
from vae.jobs.status import ALIVE

CHANGING_SECONDS = 0.5
WAITING_SECONDS = 0.3
"""For a training to obey."""
RESTING_SECONDS = 4.0


def show(run: Run) -> None:
    """Draw a run and keep it up to date, at the pace of what happens to it."""
    pace = _pace(run)
    st.fragment(_draw, run_every=pace)(run, pace)


def show_recorded(entry: Entry) -> None:
    """The training of a model that ships, to go back and forth in."""
    st.fragment(_draw_recorded)(entry)


def _draw_recorded(entry: Entry) -> None:
    with frame.errors_shown():
        with frame.above():
            st.subheader(frame.as_plain_text(entry.title), anchor=False)
            st.caption("Recorded: how this model, which ships with the app, was trained.")
        if seen := cached.recorded(entry):
            _show_timeline(seen)


def _pace(run: Run) -> float:
    """Seconds to the next look."""
    try:
        now = cached.seen(run)
    except RunError:
        return RESTING_SECONDS
    status, control = now.status, now.control
    if status.state not in (*ALIVE, "queued"):
        return RESTING_SECONDS
    obeyed = control.wish == ("pause" if status.state == "paused" else "run")
    return CHANGING_SECONDS if obeyed and control.until <= status.step else WAITING_SECONDS


def _draw(run: Run, pace: float) -> None:
    with frame.errors_shown():
        there = run.exists
        with frame.above():
            frame.say_told()
            if there:
                _show_state(run)
            else:
                st.info(frame.as_plain_text(f"The folder of {run.name} is gone."))
        if there:
            _look_back(run)
        if _pace(run) != pace or state.current(state.RUN) != run.name:
            cached.forget_runs()
            state.rerun()  # at another pace, and with another list or run


def _show_state(run: Run) -> None:
    now = cached.seen(run)
    config, status, control = now.config, now.status, now.control
    title = naming.describe(config, data=status.data_name)
    st.subheader(frame.as_plain_text(title), anchor=False)
    _show_progress(status, config, control)
    if steering.allowed(control):
        _show_buttons(run, now)
    else:
        st.caption(steering.WATCHING)


def _look_back(run: Run) -> None:
    """What it has learnt so far."""
    if seen := cached.timeline_of_run(run):
        _show_timeline(seen)
    elif cached.seen(run).status.state in ALIVE:
        st.caption("The first pictures come in a moment.")
    elif run.last.is_file():  # trained before moments were kept, or too large for them
        _explore_link("Open in Explore", run_key(run))


def _show_timeline(seen: Timeline) -> None:
    step = element.show(seen, key=state.TIMELINE)
    _show_moment(seen, seen.at(step) if step is not None else None)


def _show_progress(status: Status, config: RunConfig, control: Control) -> None:
    with frame.above():
        said = naming.progress(status, config, control.wish)
        st.progress(_share(status), frame.as_plain_text(said))
        could_not_go_on = status.state == "done" and status.cause
        if could_not_go_on or status.state in ("failed", "diverged", "interrupted"):
            st.error(frame.as_plain_text(status.cause))


def _share(status: Status) -> float:
    return min(1.0, status.step / status.total_steps) if status.total_steps else 0.0


def _show_buttons(run: Run, now: cached.Seen) -> None:
    """What can be done in this state."""
    config, status, wish = now.config, now.status, now.control.wish
    opened = False
    with st.container(horizontal=True, vertical_alignment="center"):
        match status.state:
            case "running" | "paused":
                with frame.turns():
                    if status.state == "running":
                        _button("Pause", lambda: jobs.pause(run), disabled=wish != "run")
                    else:
                        again = wish == "run"
                        _button("Resume", lambda: jobs.resume(run), main=True, disabled=again)
                _button("Step", lambda: jobs.step(run), about="Take one step, then wait")
                _button("Stop", lambda: jobs.stop(run), disabled=wish == "stop")
            case "queued":
                _button("Stop", lambda: jobs.stop(run))
            case "diverged":
                slower = config.train.learning_rate / 10
                _button(
                    f"Train again with learning rate {slower:g}",
                    lambda: _train_anew(config, slower),
                    main=True,
                )
            case "done":
                more = config.train.epochs
                _button(f"Train {more} more epochs", lambda: jobs.resume(run, 2 * more))
            case "failed":
                _button("Try again", lambda: jobs.resume(run), main=True)
            case _:
                _button("Resume", lambda: jobs.resume(run), main=True)
        if status.state in ALIVE:
            levers.show_pace(run, now.control)
            opened = levers.wanted()
        elif status.state != "queued":
            _button(
                "Rewind",
                lambda: _rewind(run, config),
                about="A new training with the same settings, from the same first weights",
            )
    if opened:
        levers.show(run, now.control, config.levers(status.step), config.objective.lever)


def _show_moment(seen: Timeline, moment: Moment | None) -> None:
    """What can be done with the moment that is looked at."""
    if state.just_branched():
        state.rerun()  # the form says so
    chosen = moment or seen.moments[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        if moment:
            _explore_link("Open this moment in Explore", f"{seen.key}@{moment.step}")
        else:
            _explore_link("Open in Explore", seen.key)
        if weights := chosen.weights:
            _button(
                "Branch from here",
                lambda: _branch(seen, chosen, weights),
                about="Set up a new training that begins with the weights of this moment",
            )


def _explore_link(label: str, key: str) -> None:
    st.page_link(
        frame.EXPLORE,
        label=label,
        icon=":material/arrow_forward:",
        query_params={state.MODEL: key},
    )


def _branch(seen: Timeline, moment: Moment, weights: Path) -> None:
    """Set the form up for a training that begins where this moment was."""
    title = f"{naming.describe(seen.config)} at epoch {moment.epoch:.1f}"
    branching.prepare(weights, title, seen.config)


def _button(
    label: str,
    action: Callable[[], object],
    *,
    main: bool = False,
    disabled: bool = False,
    about: str | None = None,
) -> None:
    """A button. A callback hears it even where the page changes in the moment of the press."""
    kind: Literal["primary", "secondary"] = "primary" if main else "secondary"
    key = f"do {label.partition(' ')[0]}"
    st.button(
        label,
        type=kind,
        disabled=disabled,
        key=key,
        help=about,
        on_click=frame.callback(_do),
        args=(action,),
    )


def _do(action: Callable[[], object]) -> None:
    try:
        action()
    finally:
        cached.forget_runs()


def _train_anew(config: RunConfig, learning_rate: float) -> None:
    train = config.train.replace(learning_rate=learning_rate)
    _submit(config.replace(train=train), None)


def _rewind(run: Run, config: RunConfig) -> None:
    """The same training anew: settings, seed and first weights, without what was changed in mid-run."""
    begin = run.start if run.start.is_file() else None
    _submit(config.replace(train=config.train.replace(changes=())), begin)


def _submit(config: RunConfig, begin: Path | None) -> None:
    paths.check(config.data)
    steering.check_room(trainings=1)
    run = jobs.submit(config, jobs.root(), begin=begin, starter=steering.token())
    state.choose(state.RUN, run.name)
