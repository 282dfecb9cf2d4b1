"""FactorVAE score (Kim & Mnih 2018, section 4)."""

import numpy as np
from jaxtyping import Bool, Float, Int

from vae.analysis.disentanglement.protocol import (
    CodesFor,
    Factors,
    Measured,
    draw,
    row,
    rows,
)
from vae.analysis.disentanglement.votes import EVALUATION, TRAIN, codes_of, rounds
from vae.data.dataset import Progress

VARIANCE_SAMPLES = 10_000
COLLAPSED = 0.05
"""Units with less variance take no part (Locatello et al. 2019, appendix; their code says 0.05 of
the standard deviation)."""


def factor_vae(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    train: int = TRAIN,
    evaluation: int = EVALUATION,
    progress: Progress | None = None,
) -> Measured:
    """How well the unit that varies least tells which factor was held: 0 to 1.

    A vote: 64 images share one factor; the unit whose variance, against its variance over all
    images, is least, votes for that factor. Each unit stands for the factor of most of its training
    votes; the score is the accuracy on new votes. Chance is one over the number of factors.
    """
    rng = np.random.default_rng(seed)
    variance = draw(codes_for, factors, VARIANCE_SAMPLES, rng)[0].var(0, ddof=1)
    alive = variance >= COLLAPSED
    if not alive.any():
        nothing = rows(np.zeros((len(variance), len(factors.scored))))
        return Measured(
            metric="factor_vae",
            score=0.0,
            matrices={"votes": nothing, "training_votes": nothing},
            vectors={"variance": row(variance)},
        )

    def votes(count: int, what: str) -> Int[np.ndarray, "d k"]:
        table = np.zeros((len(variance), len(factors.scored)), int)
        for some in rounds(factors, count, rng, f"FactorVAE score: {what} votes", progress):
            shared = np.where(some.mask, some.values[:, :1], some.values)
            codes = codes_of(codes_for, factors, shared)
            np.add.at(table, (_steadiest(codes, variance, alive), some.held), 1)
        return table

    learned, new = votes(train, "training"), votes(evaluation, "evaluation")
    stands_for = learned.argmax(1)
    return Measured(
        metric="factor_vae",
        score=float(new[np.arange(len(new)), stands_for].sum() / new.sum()),
        matrices={"votes": rows(new), "training_votes": rows(learned)},
        vectors={"variance": row(variance)},
    )


def _steadiest(
    codes: Float[np.ndarray, "m b d"],
    variance: Float[np.ndarray, " d"],
    alive: Bool[np.ndarray, " d"],
) -> Int[np.ndarray, " m"]:
    """The unit of least variance in each batch, against its variance over all images."""
    share = codes.var(1, ddof=1) / np.where(alive, variance, 1)
    return np.asarray(np.where(alive, share, np.inf).argmin(1))
