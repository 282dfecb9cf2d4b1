"""A training as it goes on: progress, curves, samples, and what can be done to it."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from ui import cached, charts, frame, naming, pictures, state
from ui.catalogue import run_key
from ui.history import History
from vae import jobs
from vae.config import AutoencoderConfig, RunConfig
from vae.errors import RunError, VaeError
from vae.jobs import Run, Status
from vae.jobs.status import ALIVE

CHANGING_SECONDS = 1.0
WAITING_SECONDS = 0.4
"""For a training to obey."""
RESTING_SECONDS = 4.0
TALL, LOW = 300, 190
"""Heights of the charts."""
TERMS = {"loss": "Loss", "recon": "Reconstruction", "kl": "KL"}


def show(run: Run) -> None:
    """Draw a run and keep it up to date, at the pace of what happens to it."""
    pace = _pace(run)
    st.fragment(_draw, run_every=pace)(run, pace)


def _pace(run: Run) -> float:
    """Seconds to the next look."""
    try:
        state, wish = run.status.state, run.wish
    except RunError:
        return RESTING_SECONDS
    if state not in (*ALIVE, "queued"):
        return RESTING_SECONDS
    obeyed = wish == ("pause" if state == "paused" else "run")
    return CHANGING_SECONDS if obeyed else WAITING_SECONDS


def _draw(run: Run, pace: float) -> None:
    with frame.errors_shown():
        if said := state.told():
            st.error(frame.as_plain_text(said))
        if run.exists:
            _show(run)
        else:
            st.info(f"The folder of {run.name} is gone.")
        if _pace(run) != pace or state.current(state.RUN) != run.name:
            cached.forget_runs()
            st.rerun()  # at another pace, and with another list or run


def _show(run: Run) -> None:
    config, status = run.config, run.status
    st.subheader(naming.describe(config, data=status.data_name), anchor=False)
    _show_progress(run, status, config)
    _show_buttons(run, status, config)
    _show_pictures(run, status, config)


def _show_progress(run: Run, status: Status, config: RunConfig) -> None:
    st.progress(_share(status), naming.progress(status, config, run.wish))
    if status.state in ("failed", "diverged", "interrupted"):
        st.error(frame.as_plain_text(status.cause))


def _share(status: Status) -> float:
    return min(1.0, status.step / status.total_steps) if status.total_steps else 0.0


def _show_buttons(run: Run, status: Status, config: RunConfig) -> None:
    """What can be done in this state, and the way to Explore."""
    with st.container(horizontal=True, vertical_alignment="center"):
        match status.state:
            case "running":
                waits = run.wish != "run"
                _button("Pause", lambda: jobs.pause(run), disabled=waits)
                _button("Stop", lambda: jobs.stop(run), disabled=run.wish == "stop")
            case "paused":
                _button("Resume", lambda: jobs.resume(run), main=True, disabled=run.wish == "run")
                _button("Stop", lambda: jobs.stop(run), disabled=run.wish == "stop")
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
        if run.last.is_file():
            st.page_link(
                frame.EXPLORE,
                label="Open in Explore",
                icon=":material/arrow_forward:",
                query_params={state.MODEL: run_key(run)},
            )


def _button(
    label: str, action: Callable[[], object], *, main: bool = False, disabled: bool = False
) -> None:
    """A button. A callback hears it even where the page changes in the moment of the press."""
    kind: Literal["primary", "secondary"] = "primary" if main else "secondary"
    key = f"do {label.partition(' ')[0]}"
    st.button(label, type=kind, disabled=disabled, key=key, on_click=_do, args=(action,))


def _do(action: Callable[[], object]) -> None:
    try:
        action()
    except VaeError as error:
        state.tell(str(error))
    cached.forget_runs()


def _train_anew(config: RunConfig, learning_rate: float) -> None:
    train = config.train.replace(learning_rate=learning_rate)
    run = jobs.submit(config.replace(train=train), jobs.root())
    state.choose(state.RUN, run.name)


def _show_pictures(run: Run, status: Status, config: RunConfig) -> None:
    """The curves, and what the model makes up so far; once there is a first point."""
    history = cached.history(run)
    terms = ["recon"] if isinstance(config.model, AutoencoderConfig) else list(TERMS)
    if not history.training("recon"):
        return
    left, right = st.columns(2, gap="small")
    with left:
        _curve(history, terms[0], TALL)
        st.html(charts.key())
    with right:
        _samples(run, status)
    for column, term in zip(st.columns(2, gap="small"), terms[1:], strict=False):
        with column:
            _curve(history, term, LOW)


def _curve(history: History, term: str, height: int) -> None:
    table = charts.curve_table(history.training(term), history.held_out(term))
    name = TERMS[term]
    chart = charts.curve_chart(name, height)
    about = f"{name} over the epochs, in training and held out"
    st.vega_lite_chart(table, chart, alt=about, key=f"curve {term}")


def _samples(run: Run, status: Status) -> None:
    path = run.samples / "latest.png"
    if content := cached.file(path):
        with st.container(key="samples"):
            st.html(pictures.image_tag(content, "Pictures decoded from codes of the prior"))
            st.caption(f"Samples after epoch {int(status.epoch)}")
