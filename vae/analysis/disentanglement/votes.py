"""What the metrics of Higgins and of Kim have in common: rounds in which one factor is held."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from vae.analysis.disentanglement.protocol import BATCH, CodesFor, Factors, checked
from vae.data.dataset import Progress

TRAIN, EVALUATION = 10_000, 5_000
"""Rounds of disentanglement_lib's configurations."""

_AT_ONCE = 250
"""Rounds whose images are looked up together."""


@dataclass(frozen=True)
class Rounds:
    """Some rounds: the scored factor that each holds, and values of all factors for its images."""

    held: Int[np.ndarray, " m"]
    mask: Bool[np.ndarray, "m 1 k"]
    """Which of all factors that is."""
    values: Int[np.ndarray, "m b k"]


def rounds(
    factors: Factors,
    count: int,
    rng: np.random.Generator,
    what: str,
    progress: Progress | None,
) -> Iterator[Rounds]:
    """So many rounds, in chunks; each holds a scored factor at random and draws the images."""
    for done in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - done)
        held = rng.integers(0, len(factors.scored), size)
        mask = np.arange(len(factors.names)) == np.array(factors.columns)[held][:, None]
        values = factors.sample(size * BATCH, rng).reshape(size, BATCH, -1)
        yield Rounds(held, mask[:, None, :], values)
        if progress:
            progress(what, done + size, count)


def codes_of(
    codes_for: CodesFor, factors: Factors, values: Int[np.ndarray, "m b k"]
) -> Float[np.ndarray, "m b d"]:
    """The codes of the images with these values."""
    codes = checked(codes_for(factors.index(values).ravel()))
    return codes.reshape(*values.shape[:2], -1)
