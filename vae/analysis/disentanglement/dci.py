"""Disentanglement, completeness, informativeness (Eastwood & Williams 2018)."""

import numpy as np
from jaxtyping import Float, Int
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from vae.analysis.disentanglement.protocol import (
    CodesFor,
    Factors,
    Measured,
    draw,
    row,
    rows,
)
from vae.data.dataset import Progress

TRAIN, TEST = 10_000, 5_000
"""Images of disentanglement_lib's configurations."""

_TINY = 1e-11
"""What disentanglement_lib adds to importances, so that a row of zeros has an entropy."""


def dci(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    train: int = TRAIN,
    test: int = TEST,
    progress: Progress | None = None,
) -> Measured:
    """How far each unit matters to one factor only: 0 to 1, units weighted by their importance.

    Importances are those of gradient boosted trees that predict each factor from the whole code.
    Beside it completeness, the same by factor, and informativeness: R^2 on unseen images, accuracy
    for a factor without order. Factors with an order are regressed, as by Eastwood & Williams;
    disentanglement_lib classifies their values, which takes one tree a value and thirty times as
    long.
    """
    rng = np.random.default_rng(seed)
    codes, values = draw(codes_for, factors, train, rng)
    unseen, its_values = draw(codes_for, factors, test, rng)
    importance, known = [], []
    for column, name in enumerate(factors.scored):
        kind = GradientBoostingClassifier if name in factors.categories else _Regressor
        trees = kind(random_state=seed).fit(codes, values[:, column])
        importance.append(trees.feature_importances_)
        known.append(trees.score(unseen, its_values[:, column]))
        if progress:
            progress(f"DCI: trees for {name}", column + 1, len(factors.scored))
    matrix = np.stack(importance, axis=1)
    units, whole = _focus(matrix), _focus(matrix.T)
    return Measured(
        metric="dci",
        score=_weighted(units, matrix),
        also={
            "completeness": _weighted(whole, matrix.T),
            "informativeness": float(np.mean(known)),
        },
        matrices={"importance": rows(matrix)},
        vectors={
            "disentanglement": row(units),
            "completeness": row(whole),
            "informativeness": row(np.array(known)),
        },
    )


class _Regressor(GradientBoostingRegressor):  # type: ignore[misc]
    """Values of an order as numbers."""

    def fit(
        self, codes: Float[np.ndarray, "n d"], values: Int[np.ndarray, " n"]
    ) -> "GradientBoostingRegressor":
        """Grow the trees."""
        return super().fit(codes, values.astype(np.float64))


def _focus(importance: Float[np.ndarray, "a b"]) -> Float[np.ndarray, " a"]:
    """1 for each row that has all its weight in one place, 0 for one that spreads it evenly."""
    share = importance + _TINY
    share /= share.sum(1, keepdims=True)
    return np.asarray(1 + (share * np.log(share)).sum(1) / np.log(share.shape[1]))


def _weighted(shares: Float[np.ndarray, " a"], importance: Float[np.ndarray, "a b"]) -> float:
    """Mean over rows, each by its part of all importance; 0 where nothing is important."""
    total = importance.sum()
    return float(shares @ importance.sum(1) / total) if total > 0 else 0.0
