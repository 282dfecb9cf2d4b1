"""The snapshots of one training: when one is taken, and which are kept."""

import time
from typing import TYPE_CHECKING

from vae.export import timeline
from vae.jobs.run import Run

if TYPE_CHECKING:
    from vae.data import Dataset
    from vae.training import Extent
    from vae.training import State as TrainingState

MOST = 60
"""Moments that are kept."""
FEWEST = 8
"""With fewer there is nothing to scrub through."""
LIMIT = 96 * 2**20
"""Bytes that all snapshots of a run may take."""
SECONDS = 0.4
"""Between two snapshots at first; after a minute twice as long, after four minutes eight times."""
SHARE = 0.03
"""Of the time that snapshots may take."""


class Film:
    """Takes snapshots of one training; all of its methods are called between two events."""

    def __init__(self, run: Run, state: "TrainingState", held_out: "Dataset") -> None:
        from vae.training import Witness  # noqa: PLC0415 - imports torch

        self._run, self._state = run, state
        self._most, self._extent = _bounds(state)
        self._begun = self._taken = time.monotonic()
        self._pause = 0.0
        self._steps = timeline.steps(run.snapshots)
        for step in [step for step in self._steps if step > state.step]:  # not saved, so never was
            self._drop(step)
        if self._most:
            run.snapshots.mkdir(exist_ok=True)
            self._witness = Witness(state, held_out)
            self._witness.write(run.snapshots / timeline.HELD_OUT, state)
            self.take()

    def take_if_due(self) -> None:
        """Take one where the last is some time ago."""
        if time.monotonic() - self._taken >= self._pause:
            self.take()

    def take(self) -> None:
        """Take one of this moment, and drop what is too many."""
        step = self._state.step
        if not self._most or step in self._steps:
            return
        begin = time.monotonic()
        path = timeline.path_of(self._run.snapshots, step)
        self._witness.snapshot(path, self._state, self._extent)
        self._steps.append(step)
        for dropped in set(self._steps) - timeline.kept(self._steps, self._most):
            self._drop(dropped)
        self._taken = time.monotonic()
        age = self._taken - self._begun
        slower = min(8.0, max(1.0, age / 30))
        self._pause = max(SECONDS * slower, (self._taken - begin) / SHARE)

    def _drop(self, step: int) -> None:
        timeline.path_of(self._run.snapshots, step).unlink(missing_ok=True)
        self._steps.remove(step)


def _bounds(state: "TrainingState") -> tuple[int, "Extent"]:
    """How many snapshots there may be, and of which weights; none of a model that is too large."""
    from vae.training import snapshot_size  # noqa: PLC0415 - imports torch

    extents: tuple[Extent, ...] = ("whole", "decoder")
    for extent in extents:
        if (most := LIMIT // snapshot_size(state.model, extent)) >= FEWEST:
            return min(MOST, most), extent
    return 0, "decoder"
