"""The curves of a training, read as they grow: each event once, however many sessions look."""

import threading
from dataclasses import dataclass, field

from vae.config import Levers
from vae.events import Changed, Epoch, Step
from vae.jobs import Cursor, Run

MOST_POINTS = 120
"""Points that a curve is thinned to; more are not seen."""


@dataclass(frozen=True)
class Point:
    """A term's value at a time, in passes over the data."""

    epoch: float
    nats: float


@dataclass
class _Curves:
    training: dict[str, list[Point]] = field(default_factory=dict)
    held_out: dict[str, list[Point]] = field(default_factory=dict)
    turns: list["Turn"] = field(default_factory=list)
    pace: float = 0.0
    """Passes over the data a step."""


@dataclass(frozen=True)
class Turn:
    """What was changed in mid-run, and when in passes over the data."""

    epoch: float
    change: Levers


class History:
    """What a run's events say of its terms."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._cursor: Cursor | None = None
        self._curves = _Curves()

    def refresh(self) -> None:
        """Read what has come since the last time."""
        with self._lock:
            chunk = self._run.events(self._cursor)
            self._cursor = chunk.cursor
            if chunk.whole:
                self._curves = _Curves()
            for event in chunk.events:
                match event:
                    case Step():
                        _add(self._curves.training, event.epoch, event.terms)
                        self._curves.pace = event.epoch / event.step
                    case Epoch():
                        _add(self._curves.held_out, event.epoch, event.held_out)
                    case Changed():
                        turn = Turn(event.step * self._curves.pace, event.change)
                        self._curves.turns.append(turn)

    def training(self, term: str) -> list[Point]:
        """A term on the training images, thinned."""
        return thin(self._curves.training.get(term, []), MOST_POINTS)

    def held_out(self, term: str) -> list[Point]:
        """A term on images that are not trained on, by epoch."""
        return thin(self._curves.held_out.get(term, []), MOST_POINTS)

    def turns(self) -> list[Turn]:
        """What was changed in mid-run."""
        return list(self._curves.turns)


def thin(points: list[Point], most: int) -> list[Point]:
    """Means of neighbours. Their number grows by doubling, so that points stay where they are."""
    stride = 1
    while len(points) > most * stride:
        stride *= 2
    if stride == 1:
        return points
    groups = [points[i : i + stride] for i in range(0, len(points), stride)]
    return [_mean(group) for group in groups]


def _mean(points: list[Point]) -> Point:
    n = len(points)
    return Point(sum(p.epoch for p in points) / n, sum(p.nats for p in points) / n)


def _add(curves: dict[str, list[Point]], epoch: float, terms: dict[str, float]) -> None:
    for name, value in terms.items():
        curves.setdefault(name, []).append(Point(epoch, value))
