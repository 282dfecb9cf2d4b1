"""What log p(x|z) is: a likelihood, a density, or a score that has the form of one. Without torch."""

from vae.config import (
    BernoulliConfig,
    ContinuousBernoulliConfig,
    GaussianConfig,
    Likelihood,
    RunConfig,
)

A_SCORE = "a score, not a likelihood"


def meaning(likelihood: Likelihood, *, binary: bool) -> str:
    """What the numbers are on pixels that are black or white, or grey.

    Bernoulli says how probable black and white pixels are; of grey ones it gives the cross-entropy.
    Densities are for grey: on black and white alone they can be made as large as one likes.
    """
    match likelihood:
        case BernoulliConfig():
            return "Bernoulli" if binary else f"Bernoulli cross-entropy on grey values: {A_SCORE}"
        case ContinuousBernoulliConfig():
            name = "continuous Bernoulli density"
        case GaussianConfig():
            name = "Gaussian density"
    return f"{name} on black and white pixels: {A_SCORE}" if binary else name


def caution(config: RunConfig) -> str | None:
    """A sentence where a training's numbers in nats will be a score; None where they are what they seem."""
    binary = config.data.pixels != "grey" or config.data.name == "sprites"
    found = meaning(config.model.likelihood, binary=binary)
    if A_SCORE not in found:
        return None
    remedy = (
        "For a density, use the likelihood continuous-bernoulli or gaussian"
        if not binary
        else "For a likelihood, use bernoulli"
    )
    return f"Its nats are the {found}. {remedy}."
