"""Contestants measured in turn, round after round, so that a machine's moods meet all of them.

Each has a process of its own, as a training has: what one sets for its process (how denormal
numbers are treated, what its allocator has grown used to) is no other's gain or loss.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection

Chunk = Callable[[], int]
"""A short piece of work; returns how many images it processed."""


@dataclass(frozen=True)
class Rates:
    """Images per second of each contestant, a figure a round."""

    by_name: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """Images per second."""
        return statistics.median(self.by_name[name])

    def ratio(self, name: str, other: str) -> float:
        """Median over the rounds of one contestant's rate over another's."""
        pairs = zip(self.by_name[name], self.by_name[other], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


def race(contestants: Mapping[str, Callable[[], Chunk]], rounds: int, seconds: float) -> Rates:
    """Let each contestant work for so many seconds in each round, after a turn that does not count.

    What makes a contestant is called in its process, so it is something that pickles.
    """
    with ExitStack() as processes:
        turns = {name: processes.enter_context(_Turns(make)) for name, make in contestants.items()}
        for take in turns.values():
            take(seconds)
        rates: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(rounds):
            for name, take in turns.items():
                rates[name].append(take(seconds))
    return Rates(rates)


class _Turns:
    """A contestant in its process; called, it works for so long and says its rate."""

    def __init__(self, make: Callable[[], Chunk]) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_compete, args=(make, there), daemon=True)

    def __enter__(self) -> "_Turns":
        self._process.start()
        return self

    def __call__(self, seconds: float) -> float:
        self._here.send(seconds)
        rate: float = self._here.recv()
        return rate

    def __exit__(self, *_: object) -> None:
        self._here.send(None)
        self._process.join()


def _compete(make: Callable[[], Chunk], there: Connection) -> None:
    chunk = make()
    while (seconds := there.recv()) is not None:
        there.send(_rate(chunk, seconds))


def _rate(chunk: Chunk, seconds: float) -> float:
    images, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        images += chunk()
    return images / spent
