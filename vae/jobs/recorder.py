"""What is written while a run trains: events, status, pictures and weights, each at its time."""

import math
import time
from typing import TYPE_CHECKING, Any

from vae.events import Changed, Compiling, Epoch, Event, Step
from vae.jobs import samples
from vae.jobs.film import Film
from vae.jobs.run import Run
from vae.jobs.status import State

if TYPE_CHECKING:
    from vae.data import Dataset
    from vae.training import State as TrainingState

SAVE_SECONDS = 10.0
"""The most work that a killed process loses."""
SAVE_SHARE = 0.05
"""Saving a large model takes no more than this share of the time."""
PICTURE_SECONDS = 0.5
"""Epochs that are shorter share a picture; the first and the last have one in any case."""
STATUS_SECONDS = 0.5
"""How often status.json follows the training."""


COMPILING = "Compiling the step: some seconds, then it goes on faster"


class Recorder:
    """Writes for one training; all of its methods are called between two events."""

    def __init__(
        self, run: Run, state: "TrainingState", data: "Dataset", held_out: "Dataset"
    ) -> None:
        self._run = run
        self._state = state
        self._film = Film(run, state, held_out)
        self._saved = run.last.exists()
        self._pause = SAVE_SECONDS
        self._save_time = self._tick = time.monotonic()
        self._status_time = self._picture_time = 0.0
        run.keep_events(state.step)
        self._best = math.inf
        for event in run.events().events:
            self._compare(event)
        self._status = run.read_status()
        self._update(
            busy="",
            data=data.note,
            data_name=data.name,
            hardware=str(state.hardware),
            step=state.step,
            epoch=state.epoch,
            total_steps=state.total_steps,
        )
        self._write_status()

    def record(self, event: Event) -> None:
        """Write an event, and after an epoch its picture and the best model so far."""
        if isinstance(event, Compiling):
            self._update(busy=COMPILING, images_per_second=0.0)
            self._write_status()
            self._tick = time.monotonic()  # no step was taken: the pace is that of the steps
            return
        self._run.append(event)
        if isinstance(event, Changed):
            self._compare(event)
        now = time.monotonic()
        self._update(
            step=event.step,
            epoch=self._state.epoch,
            seconds=self._status.seconds + now - self._tick,
        )
        self._tick = now
        if isinstance(event, Step):
            self._update(images_per_second=event.images_per_second, busy="")
            if now - self._status_time < STATUS_SECONDS:
                return
        if isinstance(event, Epoch):
            self._epoch(event)
        self._write_status()

    def keep_moment(self, *, always: bool = False) -> None:
        """Take a snapshot where one is due, or in any case."""
        if always:
            self._film.take()
        else:
            self._film.take_if_due()

    def save_if_due(self) -> None:
        """Save at the first epoch's end, and when ten seconds of work could be lost."""
        first = not self._saved and self._state.step % self._state.batches.steps_per_epoch == 0
        if first or time.monotonic() - self._save_time >= self._pause:
            self.save()

    def save(self) -> None:
        """Save the whole state, then say so."""
        from vae.training import save_state  # noqa: PLC0415 - imports torch

        begin = time.monotonic()
        save_state(self._run.last, self._state)
        self._save_time = time.monotonic()
        self._pause = max(SAVE_SECONDS, (self._save_time - begin) / SAVE_SHARE)
        self._saved = True
        self._write_status()

    def set_state(self, state: State) -> None:
        """Say that the training pauses or goes on; the time in between does not count."""
        self._update(state=state)
        self._write_status()
        self._tick = time.monotonic()

    def _epoch(self, event: Epoch) -> None:
        from vae.training import save_model  # noqa: PLC0415 - imports torch

        self._update(held_out=event.held_out)
        if self._compare(event):
            save_model(self._run.best, self._state)
        last = event.step == self._state.total_steps
        if last or time.monotonic() - self._picture_time >= PICTURE_SECONDS:
            samples.save(self._run, self._state.model, event.epoch)
            self._picture_time = time.monotonic()

    def _compare(self, event: Event) -> bool:
        """Whether an epoch was the best so far; losses of another weight cannot be compared."""
        if isinstance(event, Changed) and event.change.weight is not None:
            self._best = math.inf
        if not isinstance(event, Epoch):
            return False
        loss = event.held_out.get("loss", math.inf)
        if not loss < self._best:  # a NaN is no best
            return False
        self._best = loss
        return True

    def _update(self, **changes: Any) -> None:
        self._status = self._status.model_copy(update=changes)

    def _write_status(self) -> None:
        self._run.write_status(self._status)
        self._status_time = time.monotonic()
