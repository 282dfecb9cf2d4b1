"""Modularity and explicitness (Ridgeway & Mozer 2018)."""

import numpy as np
from jaxtyping import Float, Int
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vae.analysis.disentanglement import binned
from vae.analysis.disentanglement.protocol import (
    CodesFor,
    Factors,
    Measured,
    draw,
    row,
    rows,
)
from vae.data.dataset import Progress

TEST = 5_000


def modularity(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    samples: int = binned.SAMPLES,
    bins: int = binned.BINS,
    progress: Progress | None = None,
) -> Measured:
    """Whether each unit tells of one factor alone: 0 to 1, mean over units, dead ones included.

    Explicitness beside it: how well a linear classifier reads each factor's values off the whole
    code, as area under the ROC curve on unseen images, 0.5 for chance.
    """
    rng = np.random.default_rng(seed)
    codes, values = draw(codes_for, factors, samples, rng)
    information = binned.mutual_information(codes, values, bins)
    shares = _modularity(information)
    unseen, its_values = draw(codes_for, factors, TEST, rng)
    clear = []
    for column, name in enumerate(factors.scored):
        clear.append(_explicitness(codes, values[:, column], unseen, its_values[:, column]))
        if progress:
            progress(f"modularity: explicitness of {name}", column + 1, len(factors.scored))
    return Measured(
        metric="modularity",
        score=float(shares.mean()),
        also={"explicitness": float(np.mean(clear))},
        matrices={"mutual_information": rows(information)},
        vectors={"modularity": row(shares), "explicitness": row(np.array(clear))},
    )


def _modularity(information: Float[np.ndarray, "d k"]) -> Float[np.ndarray, " d"]:
    """1 - what a unit tells of the other factors, by the squares of its mutual information."""
    squares = np.square(information)
    most = squares.max(1)
    others = (squares.sum(1) - most) / (squares.shape[1] - 1)
    return np.where(most > 0, 1 - others / np.where(most > 0, most, 1), 0.0)


def _explicitness(
    codes: Float[np.ndarray, "n d"],
    values: Int[np.ndarray, " n"],
    unseen: Float[np.ndarray, "m d"],
    its_values: Int[np.ndarray, " m"],
) -> float:
    """Area under the ROC curve, one value against the rest, mean over values."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    classifier.fit(codes, values)
    chances = classifier.predict_proba(unseen)
    return float(roc_auc_score(its_values, chances, multi_class="ovr", average="macro"))
