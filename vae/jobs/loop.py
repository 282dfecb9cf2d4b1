"""A training in a run directory: what the engine yields is recorded, saved, and asked to pause or end.

The engine's state is whole between two events, so everything is done there. One exception: at the
end of an epoch the step's event comes first and the epoch's next. Nothing is saved between the two,
or the epoch's would be missing after a resume.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from vae.config import Change, DataConfig, RunConfig, TrainConfig
from vae.errors import DataError, RunError
from vae.events import Changed, Diverged, Event, Step
from vae.jobs.interrupt import Interrupt
from vae.jobs.recorder import Recorder
from vae.jobs.run import Run
from vae.jobs.status import State
from vae.jobs.steering import Steering

if TYPE_CHECKING:
    from vae.data import Dataset
    from vae.training import State as TrainingState

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
        recorder = Recorder(run, state, data, held_out)
        # Whoever watches in a terminal keeps the process that they see.
        steering = Steering(run, state, recorder, interrupt, parks=on_event is None)
        steering.begin()
        interrupt.gentle = True
    for event in training.train(state, held_out, steering.every):
        recorder.record(event)
        if on_event:
            on_event(event)
        if isinstance(event, Diverged):
            return Ending("diverged", event.cause)
        ends = state.step % state.batches.steps_per_epoch == 0
        if isinstance(event, Changed) or (isinstance(event, Step) and ends):
            continue
        recorder.keep_moment()
        recorder.save_if_due()
        if steering.obey():
            if steering.parked:
                return Ending("paused")
            return Ending("stopped", INTERRUPTED if interrupt.asked else "")
    recorder.save()
    recorder.keep_moment(always=True)
    return Ending("done")


def _load(run: Run, progress: OnProgress) -> tuple["Dataset", "Dataset"]:
    """The images to train on and those held out; after a resume, the same as before.

    Without a network the embedded digits stand in for MNIST, and go on to when it is back.
    """
    from vae import data  # noqa: PLC0415 - imports torch

    config = run.config.data
    if run.last.exists() and run.read_status().data_name == "embedded":
        config = DataConfig(name="embedded", pixels=config.pixels, limit=config.limit)
    try:
        train = data.load(config, "train", download=True, progress=progress)
        return train, data.load(config, "test", download=True, progress=progress)
    except DataError as error:
        if config.path is None or config.path.exists() or not run.last.exists():
            raise
        told = f"`python -m vae resume {run.path} --data-dir PATH`"
        raise DataError(f"{error} If it was moved, say where it is now: {told}.") from error


def _state(run: Run, data: "Dataset") -> "TrainingState":
    """The saved state, or a new one."""
    from vae import training  # noqa: PLC0415 - imports torch

    if not run.last.exists():
        return _new_state(run, data)
    config = training.named_as_before(run.config, data)
    training.check_memory(config)
    state = training.load_state(run.last, data)
    _check_unchanged(run, config, state)
    # A lever that was moved after this state was saved is still asked for, and moved again.
    train = config.train.replace(changes=state.config.train.changes)
    state.config = config.replace(train=train)
    if state.config != config:
        run.write_config(state.config)
    return state


def _new_state(run: Run, data: "Dataset") -> "TrainingState":
    """An untrained state, or one with the weights that the run begins with; its settings are kept whole."""
    from vae import training  # noqa: PLC0415 - imports torch

    config = run.config
    if run.start.exists():
        config = training.named_as_in(config, run.start, data)
    config = training.settled(config, data)
    training.check_memory(config)
    state = training.State.new(config, data)
    if run.start.exists():
        training.begin_from(state, run.start)
    if config != run.config:
        run.write_config(config)
    return state


def _check_unchanged(run: Run, now: RunConfig, state: "TrainingState") -> None:
    """RunError where settings changed that a training must keep: all but its length, place and future."""
    before = state.config
    data = now.data.replace(path=before.data.path)
    train = now.train.replace(epochs=before.train.epochs)
    if _past(train, state.step) == _past(before.train, state.step):
        train = train.replace(changes=before.train.changes)
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


INTERRUPTED = "Interrupted; everything was saved."


def _past(train: TrainConfig, step: int) -> list[Change]:
    """What was changed before a step."""
    return [change for change in train.changes if change.step < step]


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
