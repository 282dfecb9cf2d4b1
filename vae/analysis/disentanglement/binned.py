"""Mutual information of units and factors, in nats, from histograms."""

import numpy as np
from jaxtyping import Float, Int
from sklearn.metrics import mutual_info_score

SAMPLES, BINS = 10_000, 20
"""Of disentanglement_lib's configurations."""


def mutual_information(
    codes: Float[np.ndarray, "n d"], values: Int[np.ndarray, "n k"], bins: int
) -> Float[np.ndarray, "d k"]:
    """I(z_i; v_j), each unit cut into bins of equal width between its least and its largest value.

    Estimated from counts: independent ones come out at about (bins - 1)(values - 1) / 2n, not 0.
    """
    binned = [_bin(unit, bins) for unit in codes.T]
    return np.array([[mutual_info_score(v, unit) for v in values.T] for unit in binned])


def entropy(values: Int[np.ndarray, "n k"]) -> Float[np.ndarray, " k"]:
    """H(v_j), from counts."""
    return np.array([mutual_info_score(v, v) for v in values.T])


def _bin(unit: Float[np.ndarray, " n"], bins: int) -> Int[np.ndarray, " n"]:
    return np.asarray(np.digitize(unit, np.histogram_bin_edges(unit, bins)[:-1]))
