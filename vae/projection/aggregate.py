"""The aggregate posterior q(z), the mean of q(z|x) over the images, beside the prior N(0, I)."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

RARE = 0.1
"""A place is in a hole where q(z) is less than so much of p(z)."""
REACH, STEPS = 4.0, 81


@dataclass(frozen=True)
class Plane:
    """Two units' densities on a grid; rows go up with the second unit, columns with the first."""

    across: Float[np.ndarray, " m"]
    posterior: Float[np.ndarray, "m m"]
    prior: Float[np.ndarray, "m m"]

    @property
    def hole(self) -> Bool[np.ndarray, "m m"]:
        """Where images are at least ten times rarer than the prior says."""
        return self.posterior < RARE * self.prior

    @property
    def share(self) -> float:
        """How much of the prior lies in holes, from 0 to 1."""
        return float(self.prior[self.hole].sum() / self.prior.sum())


def unit_density(
    mu: Float[np.ndarray, " n"], logvar: Float[np.ndarray, " n"], across: Float[np.ndarray, " m"]
) -> Float[np.ndarray, " m"]:
    """The density of q(z_i): the mean of the images' Gaussians."""
    density: np.ndarray = _gaussians(mu, logvar, across).mean(0)
    return density


def plane_density(
    mu: Float[np.ndarray, "n d"],
    logvar: Float[np.ndarray, "n d"],
    units: tuple[int, int],
    reach: float = REACH,
) -> Plane:
    """The density of two units together, by their variances; their covariance is left out."""
    across = np.linspace(-reach, reach, STEPS)
    first, second = (_gaussians(mu[:, i], logvar[:, i], across) for i in units)
    normal = np.exp(-0.5 * across**2) / np.sqrt(2 * np.pi)
    return Plane(across, second.T @ first / len(mu), np.outer(normal, normal))


def _gaussians(
    mu: Float[np.ndarray, " n"], logvar: Float[np.ndarray, " n"], across: Float[np.ndarray, " m"]
) -> Float[np.ndarray, "n m"]:
    scale = np.exp(0.5 * logvar.astype(np.float64))[:, None]
    densities: np.ndarray = np.exp(-0.5 * ((across - mu[:, None]) / scale) ** 2)
    densities /= np.sqrt(2 * np.pi) * scale
    return densities
