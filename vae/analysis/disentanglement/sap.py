"""Separated attribute predictability (Kumar et al. 2018, section 3)."""

import numpy as np
from jaxtyping import Float, Int
from sklearn.svm import LinearSVC

from vae.analysis.disentanglement.protocol import (
    CodesFor,
    Factors,
    Measured,
    draw,
    gap,
    row,
    rows,
)
from vae.data.dataset import Progress

TRAIN, TEST = 10_000, 5_000
"""Images of disentanglement_lib's configurations."""


def sap(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    train: int = TRAIN,
    test: int = TEST,
    progress: Progress | None = None,
) -> Measured:
    """How much better the best unit predicts a factor than the second best: mean over factors.

    By the accuracy of a linear support vector machine on one unit, on unseen images, as in
    disentanglement_lib. A line cannot tell many values apart by one unit, so that even the true
    factors score low. Beside it the same by the squared correlation of unit and factor, which the
    paper has for factors that are numbers.
    """
    rng = np.random.default_rng(seed)
    codes, values = draw(codes_for, factors, train, rng)
    unseen, its_values = draw(codes_for, factors, test, rng)
    accuracy = np.zeros((codes.shape[1], values.shape[1]))
    for unit in range(len(accuracy)):
        one, other = codes[:, unit : unit + 1], unseen[:, unit : unit + 1]
        for column in range(values.shape[1]):
            line = LinearSVC(C=0.01, class_weight="balanced", random_state=seed)
            line.fit(one, values[:, column])
            accuracy[unit, column] = line.score(other, its_values[:, column])
        if progress:
            progress("SAP: lines", unit + 1, len(accuracy))
    ahead, correlation = gap(accuracy), _squared_correlation(codes, values)
    return Measured(
        metric="sap",
        score=float(ahead.mean()),
        also={"by squared correlation": float(gap(correlation).mean())},
        matrices={"accuracy": rows(accuracy), "squared_correlation": rows(correlation)},
        vectors={"gap": row(ahead)},
    )


def _squared_correlation(
    codes: Float[np.ndarray, "n d"], values: Int[np.ndarray, "n k"]
) -> Float[np.ndarray, "d k"]:
    """R^2 of a line from each unit to each factor; 0 for a unit that does not vary."""
    z, v = codes - codes.mean(0), values - values.mean(0)
    spread = np.outer(np.square(z).sum(0), np.square(v).sum(0))
    return np.where(spread > 1e-12, np.square(z.T @ v) / np.where(spread > 0, spread, 1), 0.0)
