"""q(z|x): distributions over codes, by unit.

A unit's share of log q(z|x) or of the KL is taken by the chain rule, unit after unit, so that the
shares of a full covariance also add up to the whole.
"""

import math
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae.models.linear import Linear, full_precision

LOGVAR_RANGE = 20.0
"""Posteriors narrower or wider than exp(-20 / 2) and exp(20 / 2) are clipped: their KL overflows."""

_LOG_2PI = math.log(2 * math.pi)


def kl_standard_normal(
    mu: Float[Tensor, "*n d"], logvar: Float[Tensor, "*n d"]
) -> Float[Tensor, "*n d"]:
    """KL(q(z|x) || N(0, I)) in nats, per image and latent unit.

    Closed form for a diagonal Gaussian: Kingma & Welling 2014, appendix B.
    """
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


def log_normal(
    z: Float[Tensor, "*#n d"], mu: Float[Tensor, "*#n d"], logvar: Float[Tensor, "*#n d"]
) -> Float[Tensor, "*n d"]:
    """Log N(z; mu, exp(logvar)) in nats, per unit."""
    return -0.5 * ((z - mu).square() * torch.exp(-logvar) + logvar + _LOG_2PI)


@dataclass(frozen=True)
class Draw:
    """Samples z of q(z|x), and per unit in nats log q(z|x) and KL(q(z|x) || N(0, I))."""

    z: Float[Tensor, "k n d"]
    log_q: Float[Tensor, "k n d"]
    kl: Float[Tensor, "k n d"]


@runtime_checkable
class Posterior(Protocol):
    """q(z|x) for n images."""

    @property
    def mu(self) -> Float[Tensor, "n d"]:
        """Means."""
        ...

    @property
    def logvar(self) -> Float[Tensor, "n d"]:
        """Log of each unit's own variance."""
        ...

    def sample(self, samples: int = 1, generator: torch.Generator | None = None) -> Draw:
        """Reparameterised samples: gradients reach mu and the scale."""
        ...


class DiagonalGaussian:
    """N(mu, diag(exp(logvar)))."""

    def __init__(self, mu: Float[Tensor, "n d"], logvar: Float[Tensor, "n d"]) -> None:
        self.mu = mu
        self.logvar = logvar

    def sample(self, samples: int = 1, generator: torch.Generator | None = None) -> Draw:
        """z = mu + sigma eps (Kingma & Welling 2014, section 2.4)."""
        eps = noise((samples, *self.mu.shape), self.mu, generator)
        z = self.mu + torch.exp(0.5 * self.logvar) * eps
        log_q = -0.5 * (eps.square() + self.logvar + _LOG_2PI)
        kl = kl_standard_normal(self.mu, self.logvar).expand(samples, -1, -1)
        return Draw(z, log_q, kl)


class FullGaussian:
    """N(mu, L L^T), L lower triangular with a positive diagonal."""

    def __init__(self, mu: Float[Tensor, "n d"], cholesky: Float[Tensor, "n d d"]) -> None:
        self.mu = mu
        self.cholesky = cholesky

    @property
    def logvar(self) -> Float[Tensor, "n d"]:
        """Log of the covariance's diagonal."""
        return self.cholesky.square().sum(-1).log()

    def sample(self, samples: int = 1, generator: torch.Generator | None = None) -> Draw:
        """z = mu + L eps."""
        eps = noise((samples, *self.mu.shape), self.mu, generator)
        with full_precision(eps):
            z = self.mu + torch.einsum("nij,knj->kni", self.cholesky, eps)
        log_diagonal = self.cholesky.diagonal(dim1=-2, dim2=-1).log()
        log_q = -0.5 * (eps.square() + _LOG_2PI) - log_diagonal
        variance = self.cholesky.square().sum(-1)
        kl = 0.5 * (self.mu.square() + variance - 1) - log_diagonal
        return Draw(z, log_q, kl.expand(samples, -1, -1))


class Point:
    """A code without a distribution: the plain autoencoder's."""

    def __init__(self, mu: Float[Tensor, "n d"]) -> None:
        self.mu = mu

    @property
    def logvar(self) -> Float[Tensor, "n d"]:
        """Minus infinity: a point has no width."""
        return torch.full_like(self.mu, -torch.inf)

    def sample(self, samples: int = 1, generator: torch.Generator | None = None) -> Draw:
        """The point itself; it has no density, and no KL."""
        z = self.mu.expand(samples, -1, -1)
        return Draw(z, torch.zeros_like(z), torch.zeros_like(z))


def code_range(z: Float[Tensor, "n d"]) -> tuple[tuple[float, float], ...]:
    """Where 99 % of the codes lie, unit by unit: their 0.5 % and 99.5 % quantiles."""
    ends = torch.tensor([0.005, 0.995], dtype=z.dtype)
    return tuple((low, high) for low, high in (unit.quantile(ends).tolist() for unit in z.cpu().T))


class GaussianHead(nn.Module):
    """Features -> q(z|x): one layer gives mu, logvar and what lies below the Cholesky diagonal."""

    triangle: Tensor
    """Row and column of each entry there."""

    def __init__(
        self, features: int, latent_dim: int, covariance: Literal["diagonal", "full"] = "diagonal"
    ) -> None:
        super().__init__()
        self.sizes = [latent_dim, latent_dim]
        if covariance == "full":
            triangle = torch.tril_indices(latent_dim, latent_dim, -1)
            self.register_buffer("triangle", triangle, persistent=False)
            self.sizes.append(triangle.shape[1])
        self.linear = Linear(features, sum(self.sizes))

    def forward(self, features: Float[Tensor, "n f"]) -> DiagonalGaussian | FullGaussian:
        """The posterior's parameters, as a distribution."""
        # Codes are computed in float32 even where the features come in bfloat16: exp() needs it.
        parameters = self.linear(features).float()
        mu, logvar, *below = parameters.split(self.sizes, dim=1)
        logvar = logvar.clamp(-LOGVAR_RANGE, LOGVAR_RANGE)
        if not below:
            return DiagonalGaussian(mu, logvar)
        cholesky = torch.diag_embed(torch.exp(0.5 * logvar))
        row, column = self.triangle
        cholesky[:, row, column] = below[0]
        return FullGaussian(mu, cholesky)


def noise(shape: tuple[int, ...], like: Tensor, generator: torch.Generator | None) -> Tensor:
    """Standard normal noise on the device of another tensor."""
    return torch.randn(shape, generator=generator, device=like.device, dtype=like.dtype)
