"""What a map is worth: whether neighbours on it are neighbours among the codes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

NEIGHBOURS = 10
MOST = 2000
"""Points that are compared each with each; more are drawn from."""


@dataclass(frozen=True)
class Quality:
    """Shares from 0 to 1."""

    trustworthiness: float
    """How far neighbours on the map are neighbours among the codes (Venna & Kaski 2001)."""
    codes: float | None
    """How often most of an image's 10 nearest codes are of its class; None without classes."""
    places: float | None
    """The same of the 10 nearest points on the map."""
    compared: int
    """How many points this is measured by."""


def quality(
    codes: Float[np.ndarray, "n d"],
    places: Float[np.ndarray, "n k"],
    labels: Int[np.ndarray, " n"] | None,
    seed: int = 0,
) -> Quality:
    """Measure a map by at most 2,000 of its points, drawn by the seed."""
    from sklearn.manifold import trustworthiness  # noqa: PLC0415 - takes a second

    chosen = np.arange(len(codes))
    if len(codes) > MOST:
        chosen = np.random.default_rng(seed).choice(len(codes), MOST, replace=False)
    few = min(NEIGHBOURS, max(1, (len(chosen) - 1) // 2))
    known = labels is not None and len(np.unique(labels[chosen])) > 1
    return Quality(
        float(trustworthiness(codes[chosen], places[chosen], n_neighbors=few)),
        knn_accuracy(codes[chosen], labels[chosen], few) if known and labels is not None else None,
        knn_accuracy(places[chosen], labels[chosen], few) if known and labels is not None else None,
        len(chosen),
    )


def knn_accuracy(
    points: Float[np.ndarray, "n k"], labels: Int[np.ndarray, " n"], neighbours: int = NEIGHBOURS
) -> float:
    """How often most of a point's nearest others have its label: leave one out, ties to the smaller."""
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    # Asked without points it leaves each one out of its own neighbours, duplicates and all.
    nearest = NearestNeighbors(n_neighbors=neighbours).fit(points).kneighbors(return_distance=False)
    numbers = np.unique(labels, return_inverse=True)[1]
    votes = np.zeros((len(points), numbers.max() + 1), int)
    np.add.at(votes, (np.arange(len(points))[:, None], numbers[nearest]), 1)
    return float((votes.argmax(1) == numbers).mean())
