"""Densities of large mixtures: the VampPrior, and the aggregate posterior of a whole data set."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from vae.analysis.float64 import in_float64
from vae.models.posterior import DiagonalGaussian, FullGaussian

_PAIRS = 2**22
"""Pairs of a code and a component (times a unit, for full covariances) held at once."""

_LOG_2PI = math.log(2 * math.pi)


def log_mixture(
    z: Float[Tensor, "n d"], components: DiagonalGaussian | FullGaussian
) -> Float[Tensor, "n"]:
    """Log of the mean of the components' densities at z, in nats, in bounded memory.

    Computed in float64: the squares are taken apart into matrix products, which cancel.
    """
    device, dtype = z.device, z.dtype
    z = in_float64(z)
    density: _Diagonal | _Full
    if isinstance(components, DiagonalGaussian):
        density, width = _Diagonal(components), len(components.mu)
    else:
        density, width = _Full(components), components.mu.numel()
    parts = z.split(max(1, _PAIRS // width))
    log_sum = torch.cat([density(part).logsumexp(1) for part in parts])
    return (log_sum - math.log(len(components.mu))).to(device, dtype)


class _Diagonal:
    """Log densities [n m] of n codes under m Gaussians, as one matrix product."""

    def __init__(self, q: DiagonalGaussian) -> None:
        mu, logvar = in_float64(q.mu), in_float64(q.logvar)
        precision = torch.exp(-logvar)
        self._weights = torch.cat([precision, -2 * mu * precision], 1).T
        self._constant = (mu.square() * precision + logvar + _LOG_2PI).sum(1)

    def __call__(self, z: Tensor) -> Tensor:
        features = torch.cat([z.square(), z], 1)
        return torch.addmm(self._constant, features, self._weights).mul_(-0.5)


class _Full:
    """The same with full covariances L L^T: the square of L^-1 (z - mu)."""

    def __init__(self, q: FullGaussian) -> None:
        cholesky, mu = in_float64(q.cholesky), in_float64(q.mu)
        unit = torch.eye(mu.shape[1], dtype=mu.dtype, device=mu.device).expand_as(cholesky)
        self._inverse = torch.linalg.solve_triangular(cholesky, unit, upper=False)
        self._centre = torch.einsum("mij,mj->mi", self._inverse, mu)
        log_diagonal = cholesky.diagonal(dim1=-2, dim2=-1).log()
        self._constant = log_diagonal.sum(1) + 0.5 * mu.shape[1] * _LOG_2PI

    def __call__(self, z: Tensor) -> Tensor:
        whitened = torch.einsum("mij,nj->nmi", self._inverse, z) - self._centre
        return -0.5 * whitened.square().sum(2) - self._constant
