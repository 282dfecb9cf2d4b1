"""Disentanglement, completeness, informativeness (Eastwood & Williams 2018).

Importances are those of gradient boosted trees that predict each factor from the whole code: by
regression, as in the paper, or by classification of a factor's values, as in disentanglement_lib,
whose published scores are of this kind. A classification grows a tree a value, 113 where a regression
grows 7, and takes as many times as long: it is made on request alone.
"""

from dataclasses import replace
from functools import lru_cache

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
STAGES = 100
"""Trees grown one upon the other, for each value where values are classified."""

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

    Beside it completeness, the same by factor, and informativeness: R^2 on unseen images, accuracy
    for a factor without order. Factors with an order are regressed.
    """
    whole = replace(factors, scored=factors.names)
    found = [
        _trees(codes_for, whole, name, name in factors.categories, seed, train, test, progress)
        for name in factors.scored
    ]
    return _measured("dci", found)


def dci_classification(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    train: int = TRAIN,
    test: int = TEST,
    progress: Progress | None = None,
) -> Measured:
    """The same with every factor's values as classes; informativeness is accuracy on unseen images.

    The protocol of disentanglement_lib: scikit-learn's GradientBoostingClassifier as it comes, 10,000
    images to learn and 5,000 to test.
    """
    whole = replace(factors, scored=factors.names)
    found = [
        _trees(codes_for, whole, name, True, seed, train, test, progress) for name in factors.scored
    ]
    return _measured("dci_classification", found)


Trees = tuple[Float[np.ndarray, " d"], float]
"""Importance of each unit, and how well the trees predict unseen images."""


@lru_cache(maxsize=16)  # the same trees serve every choice of scored factors
def _trees(  # noqa: PLR0913, PLR0917 - each is a part of the protocol
    codes_for: CodesFor,
    factors: Factors,
    name: str,
    classify: bool,
    seed: int,
    train: int,
    test: int,
    progress: Progress | None,
) -> Trees:
    """Trees that predict a factor from the whole code."""
    rng, column = np.random.default_rng(seed), factors.names.index(name)
    codes, values = draw(codes_for, factors, train, rng)
    unseen, its_values = draw(codes_for, factors, test, rng)
    kind = GradientBoostingClassifier if classify else _Regressor
    what = f"DCI: {'classes' if classify else 'values'} of {name}"

    def tell(stage: int, *_: object) -> bool:
        if progress:
            progress(what, stage + 1, STAGES)
        return False

    trees = kind(n_estimators=STAGES, random_state=seed)
    trees.fit(codes, values[:, column], monitor=tell)
    return trees.feature_importances_, float(trees.score(unseen, its_values[:, column]))


def _measured(metric: str, found: list[Trees]) -> Measured:
    """The scores of trees, one for each factor."""
    matrix = np.stack([importance for importance, _ in found], axis=1)
    known = np.array([score for _, score in found])
    units, whole = _focus(matrix), _focus(matrix.T)
    return Measured(
        metric=metric,
        score=_weighted(units, matrix),
        also={
            "completeness": _weighted(whole, matrix.T),
            "informativeness": float(known.mean()),
        },
        matrices={"importance": rows(matrix)},
        vectors={
            "disentanglement": row(units),
            "completeness": row(whole),
            "informativeness": row(known),
        },
    )


class _Regressor(GradientBoostingRegressor):  # type: ignore[misc]
    """Values of an order as numbers."""

    def fit(
        self, codes: Float[np.ndarray, "n d"], values: Int[np.ndarray, " n"], **more: object
    ) -> "GradientBoostingRegressor":
        """Grow the trees."""
        return super().fit(codes, values.astype(np.float64), **more)


def _focus(importance: Float[np.ndarray, "a b"]) -> Float[np.ndarray, " a"]:
    """1 for each row that has all its weight in one place, 0 for one that spreads it evenly."""
    share = importance + _TINY
    share /= share.sum(1, keepdims=True)
    return np.asarray(1 + (share * np.log(share)).sum(1) / np.log(share.shape[1]))


def _weighted(shares: Float[np.ndarray, " a"], importance: Float[np.ndarray, "a b"]) -> float:
    """Mean over rows, each by its part of all importance; 0 where nothing is important."""
    total = importance.sum()
    return float(shares @ importance.sum(1) / total) if total > 0 else 0.0
