"""What a training will take, and how to have the same without this page."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import streamlit as st

from ui import cached, frame, naming, state
from vae import compiler, jobs
from vae.config import RunConfig
from vae.errors import ConfigError, ExportError

LONGEST = 30 * 86_400
"""Seconds that a training may take by its estimate."""
LOOK_SECONDS = 1.0
IGNORED = {"epochs", "seed", "learning_rate", "schedule", "changes"}
"""Settings of the training that a step's time does not depend on."""


class Estimate(NamedTuple):
    """What a step of a training takes here, and bytes of memory besides its data."""

    seconds: float
    memory: int


Images = Callable[[], int | None]
"""How many there are to train on; None while that is not known."""

_measuring = ThreadPoolExecutor(1, "estimate")


@st.cache_resource(max_entries=64, ttl=900, show_spinner=False)
def _measured(settings: str, _config: RunConfig) -> Future[Estimate]:
    """A few real steps with these settings, taken in the background, once for all sessions."""
    return _measuring.submit(_measure, _config)


def _measure(config: RunConfig) -> Estimate:
    if taken := jobs.estimate(config) or jobs.estimate_apart(config):
        return Estimate(*taken)
    cached.load_torch()
    from vae import training  # noqa: PLC0415

    found = training.measure(config)
    return Estimate(found.seconds, found.memory)


def _ask(config: RunConfig) -> Future[Estimate]:
    train = config.train.model_dump(exclude=IGNORED)
    settings = config.model_dump_json(include={"model", "objective"}) + str(train)
    return _measured(settings + config.data.pixels, config)


def seconds(config: RunConfig, images: int | None) -> float | None:
    """The time that a training on so many images will take here; None until both are known, or without any.

    Raises:
        DeviceError: it does not fit into the memory.
    """
    asked = _ask(config)
    if not images or not asked.done():
        return None
    return asked.result().seconds * _steps(config, images)


def _steps(config: RunConfig, images: int) -> int:
    return config.train.epochs * (images // min(config.train.batch_size, images))


def check(config: RunConfig, images: int | None) -> None:
    """ConfigError where the training is known to take too long, DeviceError where it does not fit."""
    needed = seconds(config, images)
    if needed is not None and needed > LONGEST:
        raise ConfigError(
            f"This training would take about {naming.duration(needed)} on this machine, "
            f"{naming.duration(LONGEST)} at most are allowed. Choose fewer epochs, or smaller layers."
        )


def show(config: RunConfig, images: Images) -> None:
    """The estimate, as soon as it is there: nothing waits for it."""
    pending = images() is None or not _ask(config).done()
    st.fragment(_show, run_every=LOOK_SECONDS if pending else None)(config, images, pending)


def _show(config: RunConfig, images: Images, pending: bool) -> None:
    with frame.errors_shown():
        count = images()
        if count == 0:
            return  # said of the data
        needed = seconds(config, count)
        if count is None or needed is None:
            st.caption("Measuring how long this takes here")
            return
        memory = _ask(config).result().memory / 2**20
        less = ", less with its steps compiled" if _compiles(config, count) else ""
        st.caption(
            f"About {naming.duration(needed)} on this machine, as busy as it is{less}; "
            f"{naming.number(max(1, memory), 0)} MB of memory."
        )
        if pending:
            state.rerun()  # nothing is waited for any more


def _compiles(config: RunConfig, images: int) -> bool:
    """Whether the training will be faster than the steps that were measured."""
    choice = config.train.compile
    return choice == "on" or (choice == "auto" and compiler.pays(_steps(config, images)))


def show_elsewhere(config: RunConfig) -> None:
    """The same training as a command, and as a script of its own."""
    from vae.cli.command import command  # noqa: PLC0415 - which loads the command line
    from vae.export.script import script  # noqa: PLC0415

    st.markdown("The same training in a terminal:")
    st.code(command(config), language="sh", wrap_lines=True)
    try:
        text = script(config)
    except ExportError as error:
        st.caption(frame.as_plain_text(str(error)))
        return
    st.markdown("And as a script of plain PyTorch, which needs nothing of this program:")
    st.code(text, language="python", height=320)
