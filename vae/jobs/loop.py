"""A training in a run directory: what the engine yields is recorded, saved, and asked to pause or end.

The engine's state is whole between two events, so everything is done there. One exception: at the
end of an epoch the step's event comes first and the epoch's next. Nothing is saved between the two,
or the epoch's would be missing after a resume.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from vae.config import DataConfig, RunConfig
from vae.errors import RunError, VaeError
from vae.events import Diverged, Event, Step
from vae.jobs import queue
from vae.jobs.interrupt import Interrupt
from vae.jobs.recorder import Recorder
from vae.jobs.run import Run
from vae.jobs.status import State, Wish

if TYPE_CHECKING:
    from vae.data import Dataset
    from vae.training import State as TrainingState

PAUSE_SECONDS = 0.1
STATUS_SECONDS = 0.5

OnEvent = Callable[[Event], None]
OnProgress = Callable[[str, int, int], None]
"""Called while the data is read: what, how much is done, how much there is."""


class Ending(NamedTuple):
    """How a training ended, and why in a sentence."""

    state: State
    cause: str = ""


def train(
    run: Run,
    interrupt: Interrupt,
    on_event: OnEvent | None = None,
    on_progress: OnProgress | None = None,
) -> Ending:
    """Train the run from where it stands, in the process that holds its lock."""
    with interrupt.watching(lambda: _asked_to_stop(run)):
        from vae import training  # noqa: PLC0415 - takes seconds, in which a stop must be heard

        training.leave_one_core()
        data, held_out = _load(run, _Reading(run, on_progress))
        state = _state(run, data)
        recorder = Recorder(run, state, data)
        interrupt.gentle = True
    for event in training.train(state, held_out):
        recorder.record(event)
        if on_event:
            on_event(event)
        if isinstance(event, Diverged):
            return Ending("diverged", event.cause)
        if isinstance(event, Step) and state.step % state.batches.steps_per_epoch == 0:
            continue
        recorder.save_if_due()
        if ending := _obey(run, recorder, interrupt):
            return ending
    recorder.save()
    return Ending("done")


def _load(run: Run, progress: OnProgress) -> tuple["Dataset", "Dataset"]:
    """The images to train on and those held out; after a resume, the same as before.

    Without a network the embedded digits stand in for MNIST, and go on to when it is back.
    """
    from vae import data  # noqa: PLC0415 - imports torch

    config = run.config.data
    if run.last.exists() and run.read_status().data_name == "embedded":
        config = DataConfig(name="embedded", pixels=config.pixels, limit=config.limit)
    train = data.load(config, "train", download=True, progress=progress)
    return train, data.load(config, "test", download=True, progress=progress)


def _state(run: Run, data: "Dataset") -> "TrainingState":
    """The saved state, or a new one."""
    from vae import training  # noqa: PLC0415 - imports torch

    config = run.config
    if not run.last.exists():
        return training.State.new(config, data)
    state = training.load_state(run.last, data)
    _check_unchanged(run, config, state.config)
    state.config = config
    return state


def _check_unchanged(run: Run, now: RunConfig, before: RunConfig) -> None:
    """RunError where settings changed that a training must keep: all but its length and place."""
    data = now.data.replace(path=before.data.path)
    train = now.train.replace(epochs=before.train.epochs)
    for part, value in (("data", data), ("model", now.model), ("train", train)):
        if value != getattr(before, part):
            raise RunError(
                f"{run.path / 'config.json'}: '{part}' is not what the training began with; only its "
                "epochs and the data's path may change. Undo that, or train anew."
            )
    if now.objective != before.objective:
        raise RunError(
            f"{run.path / 'config.json'}: 'objective' is not what the training began with. "
            "Undo that, or train anew."
        )


def _obey(run: Run, recorder: Recorder, interrupt: Interrupt) -> Ending | None:
    """Do what the run is asked to do; an ending where it is to end."""
    try:
        wish = run.wish
    except RunError:
        recorder.save()
        raise
    if wish == "pause" and not interrupt.asked:
        recorder.save()
        wish = _wait(run, recorder, interrupt)
    if interrupt.asked or wish == "stop":
        recorder.save()
        return Ending("stopped", INTERRUPTED if interrupt.asked else "")
    return None


INTERRUPTED = "Interrupted; everything was saved."


def _wait(run: Run, recorder: Recorder, interrupt: Interrupt) -> Wish:
    """Pause until asked to go on or to stop."""
    recorder.set_state("paused")
    with suppress(VaeError):  # who waits is no matter of this run
        queue.pump(run.path.parent)
    while (wish := run.wish) == "pause" and not interrupt.asked:
        time.sleep(PAUSE_SECONDS)
    recorder.set_state("running")
    return wish


def _asked_to_stop(run: Run) -> bool:
    try:
        return run.wish == "stop"
    except RunError:  # said by the training itself, at its first event
        return False


class _Reading:
    """Tells the status how far the reading of the data is."""

    def __init__(self, run: Run, on_progress: OnProgress | None) -> None:
        self._run = run
        self._on_progress = on_progress
        self._told = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._on_progress:
            self._on_progress(what, done, total)
        if time.monotonic() - self._told >= STATUS_SECONDS:
            self._told = time.monotonic()
            status = self._run.read_status()
            busy = f"Reading {what}: {done / max(total, 1):.0%}"
            self._run.write_status(status.model_copy(update={"busy": busy}))
