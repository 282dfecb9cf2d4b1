"""Trainings of several values of beta and seeds, started from the comparison that they fill."""

from collections.abc import Sequence

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry, run_key
from ui.compare import sets
from ui.door import paths
from ui.train import steering
from vae import jobs
from vae.config import ElboConfig, RunConfig
from vae.errors import VaeError

SOON = 2.0
"""Seconds to the next look at what trains."""
EPOCHS = 20


def ask(entries: Sequence[Entry]) -> None:
    """The form of a sweep; Start queues its trainings and shows them as they finish."""
    base = _base(entries)
    st.markdown(f"Trains **{frame.as_plain_text(_named(base))}** once for every beta and seed.")
    betas = st.text_input("Values of beta", "0.5, 1, 2, 4", key=f"{state.SWEEP} betas")
    seeds = st.text_input(
        "Seeds",
        "0",
        key=f"{state.SWEEP} seeds",
        help="Several show what is chance, such as 0, 1, 2",
    )
    epochs = st.number_input(
        "Epochs", 1, 100_000, min(EPOCHS, base.train.epochs), key=f"{state.SWEEP} epochs"
    )
    try:
        config = base.replace(train=base.train.replace(epochs=int(epochs)))
        configs = jobs.grid(config, jobs.numbers(betas), jobs.whole_numbers(seeds))
    except VaeError as error:
        st.error(frame.as_plain_text(str(error)))
        return
    count = len(configs)
    st.caption("One training." if count == 1 else f"{count} trainings, one after the other.")
    if st.button("Start the sweep", type="primary"):
        _start(configs)


def _base(entries: Sequence[Entry]) -> RunConfig:
    """The settings of the first model that is shown, on all of its data; else the usual ones."""
    if not entries:
        return jobs.complete({"data": {"name": "embedded"}, "model": {"latent_dim": 10}})
    config = entries[0].config
    return config.replace(
        data=config.data.replace(hold_out="none"),  # what ships was kept from the embedded digits
        objective=ElboConfig(),
        train=config.train.replace(changes=(), device="auto"),
    )


def _named(config: RunConfig) -> str:
    return f"{naming.model(config.model)} on {naming.DATA.get(config.data.name, config.data.name)}"


def _start(configs: Sequence[RunConfig]) -> None:
    paths.check(configs[0].data)
    steering.check_room(trainings=len(configs))
    with st.spinner("Starting"):
        runs = jobs.sweep(configs, jobs.root(), starter=steering.token())
    cached.forget_runs()
    state.compare([run_key(run) for run in runs])
    state.rerun()


def show_coming(coming: Sequence[jobs.Entry], of: int) -> None:
    """How far the trainings are that are to fill the comparison."""
    if coming:
        seen = tuple((entry.run.name, entry.status.state) for entry in coming if entry.status)
        _follow(len(coming), of, seen)


@st.fragment(run_every=SOON)
def _follow(waiting: int, of: int, seen: tuple[tuple[str, str], ...]) -> None:
    """Say how far they are; draw the page anew as soon as one has ended."""
    with frame.errors_shown():
        jobs.pump(jobs.root())
        names = {name for name, _ in seen}
        now = [run for run in cached.runs() if run.run.name in names]
        going = [run for run in now if not sets.ended(run)]
        if len(going) < waiting:
            cached.forget_runs()
            state.rerun()
        share = sum(_share(run) for run in going)
        done = of - waiting
        parts = [
            naming.run_state(run) for run in going if run.status and run.status.state != "queued"
        ]
        text = f"{done} of {of} trainings are done. " + "; ".join(parts)
        st.progress(min(1.0, (done + share) / of), text)


def _share(run: jobs.Entry) -> float:
    status = run.status
    return status.step / status.total_steps if status and status.total_steps else 0.0
