"""What a map is worth: whether neighbours on it are neighbours among the codes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

NEIGHBOURS = 10
MOST = 2000
"""Points that are compared each with each; more are drawn from."""
AT_ONCE = 250
"""Points whose distances to all others are there at a time."""


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
    chosen = np.arange(len(codes))
    if len(codes) > MOST:
        chosen = np.random.default_rng(seed).choice(len(codes), MOST, replace=False)
    few = min(NEIGHBOURS, max(1, (len(chosen) - 1) // 2))
    known = labels is not None and len(np.unique(labels[chosen])) > 1
    return Quality(
        trustworthiness(codes[chosen], places[chosen], few),
        knn_accuracy(codes[chosen], labels[chosen], few) if known and labels is not None else None,
        knn_accuracy(places[chosen], labels[chosen], few) if known and labels is not None else None,
        len(chosen),
    )


def trustworthiness(
    codes: Float[np.ndarray, "n d"], places: Float[np.ndarray, "n k"], neighbours: int
) -> float:
    """1 less what neighbours on the map lack to be neighbours among the codes, from 0 to 1.

    A neighbour on the map counts by how many codes are nearer than its own, beyond as many as are
    asked for (Venna & Kaski 2001, eq. 1).
    """
    beyond, count = 0, len(codes)
    rows = zip(_distances(codes), _distances(places), strict=True)
    for apart, seen in rows:
        theirs = np.take_along_axis(apart, _nearest(seen, neighbours), 1)
        nearer = [(apart < each[:, None]).sum(1) for each in theirs.T]
        beyond += int(np.maximum(0, 1 + np.stack(nearer) - neighbours).sum())
    return 1 - 2 * beyond / (count * neighbours * (2 * count - 3 * neighbours - 1))


def knn_accuracy(
    points: Float[np.ndarray, "n k"], labels: Int[np.ndarray, " n"], neighbours: int = NEIGHBOURS
) -> float:
    """How often most of a point's nearest others have its label: leave one out, ties to the smaller."""
    numbers = np.unique(labels, return_inverse=True)[1]
    nearest = np.concatenate([_nearest(apart, neighbours) for apart in _distances(points)])
    votes = np.zeros((len(points), numbers.max() + 1), int)
    np.add.at(votes, (np.arange(len(points))[:, None], numbers[nearest]), 1)
    return float((votes.argmax(1) == numbers).mean())


def _distances(points: Float[np.ndarray, "n k"]) -> Iterator[Float[np.ndarray, "m n"]]:
    """Squared distances from some points at a time to all; none from itself, so infinite.

    By NumPy: scikit-learn has all of this, and would stay in the server with 160 MB.
    """
    points = points.astype(np.float64) - points.mean(0, dtype=np.float64)
    squares = np.square(points).sum(1)
    for start in range(0, len(points), AT_ONCE):
        some = points[start : start + AT_ONCE]
        apart = squares[start : start + AT_ONCE, None] + squares - 2 * some @ points.T
        apart[np.arange(len(some)), start + np.arange(len(some))] = np.inf
        yield apart


def _nearest(apart: Float[np.ndarray, "m n"], count: int) -> Int[np.ndarray, "m count"]:
    """The places of the smallest distances in each row, in any order."""
    return np.argpartition(apart, count - 1, 1)[:, :count]
