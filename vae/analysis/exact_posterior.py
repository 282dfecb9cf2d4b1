"""The exact posterior of a code of two units: p(z|x) by adding up a grid, beside q(z|x).

p(z|x) = p(x|z) p(z) / p(x), and p(x) is the integral of the numerator over all codes. Over a plane
that is a sum of some thousand terms; a grid as fine over d units would have some hundred to the d.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from vae.analysis.float64 import in_float64
from vae.errors import ConfigError
from vae.models import Labels, Model
from vae.models.posterior import DiagonalGaussian, FullGaussian
from vae.models.prior import VampPrior

REACH = 5.0
"""Codes farther from the middle of the prior, in its deviations, are not looked at at first."""
COARSE = 41
"""Nodes a side while the region is looked for."""
SIDES = (65, 129)
"""Nodes a side of the grid, finer until the error is below the tolerance."""
TOLERANCE = 5e-3
"""Error in nats that is good enough."""

_NATS = 25.0
"""Where the joint density is lower than its peak by more than this, no other peak is looked for."""
_NOTHING = 14.0
"""Where it is lower by more than this, it adds nothing: a millionth."""
_DEVIATIONS = 5.0
"""How far q(z|x) is followed."""
_PASSES = 8
_NODES = 21
"""Gauss-Hermite nodes a unit for the ELBO."""
_AT_ONCE = 256
_LOG_2PI = math.log(2 * math.pi)

Box = tuple[Float[Tensor, "2"], Float[Tensor, "2"]]
"""Lower left and upper right corner."""


@dataclass(frozen=True)
class ExactPosterior:
    """Both posteriors on one grid, and three numbers that add up: log p(x) = elbo + gap.

    log p(x) and the gap are sums over the grid, the ELBO is computed apart from it, by
    Gauss-Hermite quadrature under q(z|x).
    """

    across: Float[Tensor, " m"]
    """Nodes along unit 0."""
    up: Float[Tensor, " m"]
    """Nodes along unit 1."""
    log_p: Float[Tensor, "m m"]
    """log p(z|x) in nats; rows are unit 1, columns unit 0."""
    log_q: Float[Tensor, "m m"]
    """log q(z|x) in nats, in the same places."""
    mu: Float[Tensor, "2"]
    """Mean of q(z|x)."""
    covariance: Float[Tensor, "2 2"]
    """Of q(z|x)."""
    log_px: float
    """log p(x) in nats."""
    elbo: float
    """In nats."""
    gap: float
    """KL(q(z|x) || p(z|x)) in nats."""
    error: float
    """Estimated error of the three, in nats: the most by which a grid of half as many nodes a side
    differs, and by which the three do not add up."""


@torch.inference_mode()
def exact_posterior(
    model: Model, x: Float[Tensor, "1 c h w"], y: Labels | None = None
) -> ExactPosterior:
    """p(z|x) and q(z|x) of one image on a grid about all of their mass.

    Computed in float64 from the model's own log p(x|z). For a conditional model all is given y.

    Raises:
        ConfigError: a model whose code has not two units, or without a Gaussian q(z|x).
    """
    if model.latent_dim != 2:
        raise ConfigError(
            f"This model has {model.latent_dim} latent units; the exact posterior is summed up over "
            "a plane and needs 2. Pick a model with z = 2."
        )
    q = model.encode(x, y if model.classes else None)
    if not isinstance(q, DiagonalGaussian | FullGaussian):
        raise ConfigError(
            "This model has no Gaussian q(z|x) to compare with the exact posterior. Pick a VAE."
        )
    problem = _Problem(_log_joint(model, x, y if model.classes else None), *_gaussian(q))
    box = problem.region(_start(model))
    elbo = problem.elbo()
    for side in SIDES:
        found = problem.solve(box, side, elbo)
        if found.error < TOLERANCE:
            break
    return found


@dataclass(frozen=True)
class _Problem:
    """log p(x, z) as a function of codes, and the Gaussian q(z|x) = N(mu, L L^T)."""

    log_joint: Callable[[Tensor], Tensor]
    mu: Tensor
    cholesky: Tensor

    def log_q(self, z: Tensor) -> Tensor:
        """In nats, for each code."""
        whitened = torch.linalg.solve_triangular(self.cholesky, (z - self.mu).T, upper=False)
        log_scale = self.cholesky.diagonal().log().sum()
        log_density: Tensor = -0.5 * whitened.square().sum(0) - log_scale - _LOG_2PI
        return log_density

    def region(self, box: Box) -> Box:
        """Where either density has its mass: a box that is drawn tighter pass by pass."""
        around_q = self._around_q()
        box = _union(box, around_q)
        for _ in range(_PASSES):
            z = _nodes(*_axes(box, COARSE))
            log_joint = self.log_joint(z)
            below = log_joint.max() - log_joint
            tight = _union(_about(z[below < _NATS], box), around_q)
            if _area(tight) > 0.7 * _area(box):
                return _union(_about(z[below < _NOTHING], box), around_q)
            box = tight
        return box

    def _around_q(self) -> Box:
        reach = _DEVIATIONS * self.cholesky.square().sum(1).sqrt()
        return self.mu - reach, self.mu + reach

    def elbo(self) -> float:
        """E_q log p(x, z) + H(q) in nats, by Gauss-Hermite quadrature and the entropy's formula."""
        nodes, weights = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(_NODES))
        eps = _nodes(nodes, nodes)
        weight = torch.outer(weights, weights).flatten() / (2 * math.pi)
        expected = (weight * self.log_joint(self.mu + eps @ self.cholesky.T)).sum()
        entropy = 1 + _LOG_2PI + self.cholesky.diagonal().log().sum()
        return (expected + entropy).item()

    def solve(self, box: Box, side: int, elbo: float) -> ExactPosterior:
        """Both densities on a grid, and the numbers that are sums over it."""
        across, up = _axes(box, side)
        z = _nodes(across, up)
        log_joint, log_q = (f(z).view(side, side) for f in (self.log_joint, self.log_q))
        log_area = math.log(_area(box) / (side - 1) ** 2)
        log_px, gap = _sums(log_joint, log_q, log_area)
        coarse = _sums(log_joint[::2, ::2], log_q[::2, ::2], log_area + math.log(4))
        error = max(abs(log_px - coarse[0]), abs(gap - coarse[1]), abs(log_px - elbo - gap))
        covariance = self.cholesky @ self.cholesky.T
        return ExactPosterior(
            *(across, up, log_joint - log_px, log_q, self.mu, covariance),
            log_px=log_px,
            elbo=elbo,
            gap=gap,
            error=error,
        )


def _sums(log_joint: Tensor, log_q: Tensor, log_area: float) -> tuple[float, float]:
    """log p(x) and KL(q || p(z|x)); the densities vanish at the edge, where the rule has half weights."""
    log_px = log_joint.logsumexp((0, 1)) + log_area
    gap = ((log_q + log_area).exp() * (log_q - log_joint + log_px)).sum()
    return log_px.item(), gap.item()


def _log_joint(model: Model, x: Tensor, y: Labels | None) -> Callable[[Tensor], Tensor]:
    """Log p(x, z) in nats for codes [n 2], in float64."""

    def at(z: Tensor) -> Tensor:
        parts = []
        for some in z.to(x).split(_AT_ONCE):
            labels = None if y is None else y.expand(len(some), *y.shape[1:])
            pixels = model.decode(some, labels).log_prob(x.expand(len(some), *x.shape[1:]))
            parts.append(in_float64(pixels) + in_float64(model.prior.log_prob(some).sum(-1)))
        return torch.cat(parts).cpu()

    return at


def _gaussian(q: DiagonalGaussian | FullGaussian) -> tuple[Tensor, Tensor]:
    """Mean and Cholesky factor of one image's q(z|x), in float64."""
    cholesky = (
        q.cholesky[0] if isinstance(q, FullGaussian) else torch.diag((0.5 * q.logvar[0]).exp())
    )
    return in_float64(q.mu[0]).cpu(), in_float64(cholesky).cpu()


def _start(model: Model) -> Box:
    """Where codes may lie: about the middle of the prior, or about all components of a learned one."""
    centre = torch.zeros(1, 2, dtype=torch.float64)
    if isinstance(model.prior, VampPrior):
        centre = in_float64(model.encode(model.prior.pseudo_inputs).mu).cpu()
    return centre.amin(0) - REACH, centre.amax(0) + REACH


def _axes(box: Box, side: int) -> tuple[Tensor, Tensor]:
    low, high = box
    share = torch.linspace(0, 1, side, dtype=torch.float64)
    return low[0] + share * (high[0] - low[0]), low[1] + share * (high[1] - low[1])


def _nodes(across: Tensor, up: Tensor) -> Float[Tensor, "n 2"]:
    """All pairs; unit 0 is fastest."""
    second, first = torch.meshgrid(up, across, indexing="ij")
    return torch.stack([first.flatten(), second.flatten()], 1)


def _about(z: Tensor, box: Box) -> Box:
    """The box about some of the nodes, a step wider, and within the box of all."""
    low, high = box
    step = (high - low) / (COARSE - 1)
    return torch.maximum(z.amin(0) - step, low), torch.minimum(z.amax(0) + step, high)


def _union(a: Box, b: Box) -> Box:
    return torch.minimum(a[0], b[0]), torch.maximum(a[1], b[1])


def _area(box: Box) -> float:
    return (box[1] - box[0]).prod().item()
