"""The metric of the beta-VAE paper (Higgins et al. 2017, section 3)."""

import numpy as np
from jaxtyping import Float, Int
from sklearn.linear_model import LogisticRegression

from vae.analysis.disentanglement.protocol import CodesFor, Factors, Measured, rows
from vae.analysis.disentanglement.votes import EVALUATION, TRAIN, codes_of, rounds
from vae.data.dataset import Progress


def beta_vae(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    train: int = TRAIN,
    evaluation: int = EVALUATION,
    progress: Progress | None = None,
) -> Measured:
    """How well a linear classifier tells which factor two images share: 0 to 1, on new rounds.

    Its input is |z - z'|, mean over 64 pairs that share the factor. Chance is one over the number
    of factors. The working is that input, mean over the rounds of each factor, against the mean over
    all rounds: a unit that captures a factor is near 0 in that factor's column.
    """
    rng = np.random.default_rng(seed)

    def differences(
        count: int, what: str
    ) -> tuple[Float[np.ndarray, "n d"], Int[np.ndarray, " n"]]:
        inputs, held = [], []
        for some in rounds(factors, count, rng, f"beta-VAE score: {what} rounds", progress):
            other = factors.sample(some.values[..., 0].size, rng).reshape(some.values.shape)
            partner = np.where(some.mask, some.values, other)
            codes = (codes_of(codes_for, factors, each) for each in (some.values, partner))
            inputs.append(np.abs(np.subtract(*codes)).mean(1))
            held.append(some.held)
        return np.concatenate(inputs), np.concatenate(held)

    inputs, held = differences(train, "training")
    classifier = LogisticRegression(max_iter=1000).fit(inputs, held)
    unseen, its_held = differences(evaluation, "evaluation")
    every = range(len(factors.scored))
    means = np.stack([unseen[its_held == factor].mean(0) for factor in every], axis=1)
    overall = unseen.mean(0)[:, None]
    guesses = classifier.predict(unseen)
    right = [float((guesses[its_held == factor] == factor).mean()) for factor in every]
    return Measured(
        metric="beta_vae",
        score=float((guesses == its_held).mean()),
        matrices={"difference": rows(means / np.where(overall > 0, overall, 1))},
        vectors={"accuracy": tuple(right)},
    )
