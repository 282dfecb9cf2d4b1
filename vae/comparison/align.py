"""Which latent unit of one model does what a unit of another does.

Two trainings of one model may keep the same property of an image in different units, and with the
opposite sign. Over the same images the posterior means of such units are correlated.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from vae.comparison.assignment import assignment

QUIET = 0.1
"""A unit whose posterior means deviate less than this says nothing (Burda et al. 2016: variance 0.01)."""

Codes = Float[np.ndarray, "n d"]


@dataclass(frozen=True)
class Alignment:
    """For each unit of a reference, its counterpart in another model."""

    units: tuple[int | None, ...]
    """None where the other model has no unit left."""
    signs: tuple[int, ...]
    """-1 where the counterpart grows as the reference's unit sinks."""
    correlations: tuple[float, ...]
    """|r| from 0 to 1; 0 where one of the two says nothing."""


def align(reference: Codes, other: Codes) -> Alignment:
    """Match units one to one so that the sum of their |r| is greatest.

    `reference` and `other` are posterior means of the same images in the same order. The optimal
    assignment is by the Hungarian method (Kuhn 1955).
    """
    r = correlations(reference, other)
    found = assignment(-np.abs(r))
    units = tuple(found.get(unit) for unit in range(r.shape[0]))
    pairs = [0.0 if own is None else float(r[unit, own]) for unit, own in enumerate(units)]
    return Alignment(
        units,
        tuple(-1 if value < 0 else 1 for value in pairs),
        tuple(round(abs(value), 4) for value in pairs),
    )


def correlations(a: Codes, b: Codes) -> Float[np.ndarray, "d e"]:
    """Pearson's r of every unit of one with every unit of the other; 0 for a unit that is quiet."""
    assert len(a) == len(b), "codes of the same images"
    a, b = a - a.mean(0), b - b.mean(0)
    spread_a, spread_b = a.std(0), b.std(0)
    r = (a.T @ b) / len(a) / np.maximum(np.outer(spread_a, spread_b), QUIET**2)
    r[spread_a < QUIET] = 0
    r[:, spread_b < QUIET] = 0
    bounded: Float[np.ndarray, "d e"] = np.clip(np.nan_to_num(r), -1, 1)
    return bounded
