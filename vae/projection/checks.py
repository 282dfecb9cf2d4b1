"""What codes must be to be drawn as a map, said before anything is computed."""

import numpy as np
from jaxtyping import Float

from vae.errors import ConfigError, DataError

FEWEST = 3
"""Points of which neighbours can be told apart."""


def check_codes(codes: Float[np.ndarray, "n d"]) -> None:
    """DataError where no map can be made of these codes, and why."""
    if len(codes) < FEWEST:
        raise DataError(
            f"A map needs at least {FEWEST} images, there {_are(len(codes))}. Choose more images."
        )
    broken = len(codes) - int(np.isfinite(codes).all(1).sum())
    if broken:
        raise DataError(
            f"{broken:,} of {len(codes):,} codes are not finite: the training diverged. "
            "Train anew with a smaller learning rate, or pick another model."
        )
    if np.ptp(codes, axis=0).max() < 1e-6:
        raise DataError(
            "All images have the same code: the latent units carry nothing (posterior collapse). "
            "Train with a smaller beta, or pick another model."
        )


def largest_perplexity(count: int) -> float:
    """A point has three times so many neighbours as the perplexity says, as all t-SNEs count them."""
    return (count - 1) / 3


def most(count: int) -> dict[str, float]:
    """The largest perplexity and number of neighbours that t-SNE and UMAP take of so many images."""
    return {
        "perplexity": max(1.0, float(int(largest_perplexity(count)))),
        "neighbours": max(2, count - 1),
    }


def check_perplexity(perplexity: float, count: int) -> None:
    """ConfigError where there are too few points for this perplexity."""
    most = largest_perplexity(count)
    if most < 1:
        raise ConfigError(
            f"t-SNE needs at least 4 images, there are {count}. Choose more images, or PCA."
        )
    if not 1 <= perplexity <= most:
        raise ConfigError(
            f"Perplexity {perplexity:g} for {count:,} images: choose one from 1 to {int(most)}, "
            "or more images."
        )


def check_neighbours(neighbours: int, count: int) -> None:
    """ConfigError where a point has fewer neighbours than are asked for."""
    if neighbours > count - 1:
        raise ConfigError(
            f"{neighbours} neighbours for {count:,} images: choose from 2 to {count - 1}, "
            "or more images."
        )


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"
