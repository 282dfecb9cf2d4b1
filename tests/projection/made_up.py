"""Codes in groups, as a model of several classes makes them."""

import numpy as np

from vae.projection import Points


def groups(count: int = 300, units: int = 5, classes: int = 3, seed: int = 0) -> Points:
    """Codes of classes that lie apart, with log variances, values and class names."""
    noise = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    centres = 6 * noise.normal(size=(classes, units))
    mu = (centres[labels] + noise.normal(size=(count, units))).astype(np.float32)
    return Points(
        mu,
        np.full_like(mu, -2),
        labels.astype(np.int32),
        classes=tuple("abcdefghij"[:classes]),
        values={"kl": mu.astype(np.float32).sum(1)},
        note="Made-up groups",
        source="nothing test",
    )
