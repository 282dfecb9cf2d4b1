"""Contestants measured in turn, round after round, so that a machine's moods meet all of them."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


def race(contestants: Mapping[str, Chunk], rounds: int, seconds: float) -> Rates:
    """Let each contestant work for so many seconds in each round, after one unmeasured chunk."""
    for chunk in contestants.values():
        chunk()
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, chunk in contestants.items():
            rates[name].append(_rate(chunk, seconds))
    return Rates(rates)


def _rate(chunk: Chunk, seconds: float) -> float:
    images, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        images += chunk()
    return images / spent
