"""What a picture tells of each factor, and so any code of it at most.

A square looks the same after 10 of the 40 orientations, an ellipse after 20: no picture tells which
of them it was made with, and no encoder can. The true factors, which are no code of a picture, know
more than there is to see. Where a metric asks how much a code knows, these are its bounds for
orientation: the gap of MIG, accuracies of SAP, explicitness, DCI's informativeness. FactorVAE's and
the beta-VAE score ask what stays the same where a factor is held, and have no such bound.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Int

from vae.data.sprites import COUNT, FACTORS, first_alike, index_to_factors


@dataclass(frozen=True)
class Attainable:
    """Of one factor, over all sprites, exactly."""

    information: float
    """I(picture; factor) over the factor's entropy: 1 where every picture tells its value."""
    accuracy: float
    """How often the likeliest value is the right one."""


@cache
def attainable() -> dict[str, Attainable]:
    """What the pictures tell of each factor of the sprites, by its name."""
    values = index_to_factors(torch.arange(COUNT)).numpy()
    picture = first_alike().numpy()
    return {name: _told(picture, values[:, column]) for column, name in enumerate(FACTORS)}


def _told(picture: Int[np.ndarray, " n"], value: Int[np.ndarray, " n"]) -> Attainable:
    size = int(value.max()) + 1
    pairs, together = np.unique(picture * size + value, return_counts=True)
    _, begin = np.unique(pairs // size, return_index=True)
    images = np.add.reduceat(together, begin)
    unknown = _entropy(together) - _entropy(images)
    return Attainable(
        information=1 - unknown / _entropy(np.bincount(value)),
        accuracy=float(np.maximum.reduceat(together, begin).sum() / len(value)),
    )


def _entropy(counts: Int[np.ndarray, " m"]) -> float:
    """In nats."""
    share = counts / counts.sum()
    return float(-(share * np.log(share)).sum())
