"""p(z): what a code is drawn from before any image is seen."""

import math
from collections.abc import Callable
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae.models.posterior import DiagonalGaussian, Posterior, log_normal, noise


@runtime_checkable
class Prior(Protocol):
    """A distribution over codes."""

    closed_form: bool
    """Whether `Draw.kl`, against N(0, I), is the KL against this prior."""

    def log_prob(self, z: Float[Tensor, "*n d"]) -> Float[Tensor, "*n d"]:
        """Log p(z) in nats, per unit by the chain rule; the sum over units is the whole."""
        ...

    def sample(self, count: int, generator: torch.Generator | None = None) -> Float[Tensor, "n d"]:
        """Codes drawn from the prior."""
        ...


class StandardNormal(nn.Module):
    """N(0, I)."""

    closed_form = True
    origin: Tensor

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.register_buffer("origin", torch.zeros(latent_dim), persistent=False)

    def log_prob(self, z: Float[Tensor, "*n d"]) -> Float[Tensor, "*n d"]:
        """Log p(z) in nats, per unit."""
        return log_normal(z, self.origin, self.origin)

    def sample(self, count: int, generator: torch.Generator | None = None) -> Float[Tensor, "n d"]:
        """Codes drawn from the prior."""
        return noise((count, len(self.origin)), self.origin, generator)


class VampPrior(nn.Module):
    """The mean of q(z|u) over learned pseudo-inputs u (Tomczak & Welling 2018, equation 9)."""

    closed_form = False

    def __init__(
        self, encode: Callable[[Tensor], Posterior], components: int, shape: tuple[int, ...]
    ) -> None:
        super().__init__()
        self._encode = encode
        self.logits = nn.Parameter(0.5 * torch.randn(components, *shape) - 1)

    @property
    def pseudo_inputs(self) -> Float[Tensor, "m c h w"]:
        """The images u, in [0, 1]."""
        return self.logits.sigmoid()

    def _components(self) -> DiagonalGaussian:
        posterior = self._encode(self.pseudo_inputs)
        assert isinstance(posterior, DiagonalGaussian), "settings allow a diagonal posterior only"
        return posterior

    def log_prob(self, z: Float[Tensor, "*n d"]) -> Float[Tensor, "*n d"]:
        """Log p(z) in nats, per unit: log p(z_i | z_1 ... z_(i-1)) of the mixture."""
        q = self._components()
        by_unit = log_normal(z[..., None, :], q.mu, q.logvar)  # [*n m d]
        up_to = by_unit.cumsum(-1).logsumexp(-2) - math.log(len(q.mu))
        return torch.diff(up_to, dim=-1, prepend=torch.zeros_like(up_to[..., :1]))

    def sample(self, count: int, generator: torch.Generator | None = None) -> Float[Tensor, "n d"]:
        """A pseudo-input at random, then a code of its posterior."""
        q = self._components()
        pick = torch.randint(len(q.mu), (count,), generator=generator, device=q.mu.device)
        chosen = DiagonalGaussian(q.mu[pick], q.logvar[pick])
        return chosen.sample(1, generator).z[0]
