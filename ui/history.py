"""The curves of a training, read as they grow: each event once, however many sessions look."""

import threading
from dataclasses import dataclass, field

from vae.events import Epoch, Step
from vae.jobs import Cursor, Run

MOST_POINTS = 120
"""Points that a curve is thinned to; more are not seen."""
CUT = 0.05
"""Part of the training so far whose steep beginning would flatten all that follows."""


@dataclass(frozen=True)
class Point:
    """A term's value at a time, in passes over the data."""

    epoch: float
    nats: float


@dataclass
class _Curves:
    training: dict[str, list[Point]] = field(default_factory=dict)
    held_out: dict[str, list[Point]] = field(default_factory=dict)


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
                    case Epoch():
                        _add(self._curves.held_out, event.epoch, event.held_out)

    def training(self, term: str) -> list[Point]:
        """A term on the training images, thinned, without its steep beginning."""
        return thin(cut(self._curves.training.get(term, [])), MOST_POINTS)

    def held_out(self, term: str) -> list[Point]:
        """A term on images that are not trained on, by epoch."""
        points = self._curves.held_out.get(term, [])
        return thin(points if len(points) < 1 / CUT else cut(points), MOST_POINTS)


def cut(points: list[Point]) -> list[Point]:
    """The points less the first few, once there are enough."""
    if not points:
        return []
    start = CUT * points[-1].epoch
    return [point for point in points if point.epoch >= start]


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
