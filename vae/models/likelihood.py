"""p(x|z): from a decoder's output to a distribution over images.

`log_prob` is in nats per image, summed over pixels.
"""

import math
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from vae.config import BernoulliConfig, ContinuousBernoulliConfig, GaussianConfig, Likelihood

Images = Float[Tensor, "n c h w"]
PerImage = Float[Tensor, "n"]


@runtime_checkable
class PixelDistribution(Protocol):
    """Independent pixels, given a code."""

    @property
    def mean(self) -> Images:
        """E[x|z], in [0, 1]."""
        ...

    def log_prob(self, x: Images) -> PerImage:
        """Log p(x|z) in nats per image."""
        ...

    def sample(self, generator: torch.Generator | None = None) -> Images:
        """One draw of every pixel."""
        ...


class _BernoulliLogProb(torch.autograd.Function):
    """Sum over pixels of x l - softplus(l): one pass forward, and sigmoid kept for the way back.

    autograd's own chain through `binary_cross_entropy_with_logits` takes four passes each way.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(logits, x)
        return (x * logits - F.softplus(logits)).sum(1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        logits, x = ctx.saved_tensors
        return (x - logits.sigmoid()).mul_(grad[:, None]), None


class Bernoulli:
    """Pixels that are on with probability sigmoid(logit)."""

    def __init__(self, logits: Images) -> None:
        self.logits = logits

    @property
    def mean(self) -> Images:
        """Probability of each pixel."""
        return self.logits.sigmoid()

    def log_prob(self, x: Images) -> PerImage:
        """Log p(x|z) in nats per image; for grey x the negative cross-entropy, no likelihood."""
        out: Tensor = _BernoulliLogProb.apply(self.logits.flatten(1), x.flatten(1))
        return out

    def sample(self, generator: torch.Generator | None = None) -> Images:
        """Black and white pixels."""
        return torch.bernoulli(self.mean, generator=generator)


class ContinuousBernoulli:
    """Pixels in [0, 1] with density C(l) exp(x l), l the logit (Loaiza-Ganem & Cunningham 2019)."""

    def __init__(self, logits: Images) -> None:
        self.logits = logits

    @property
    def mean(self) -> Images:
        """1 / (1 - exp(-l)) - 1 / l, by its Taylor series about l = 0."""
        logit, safe = self.logits, _away_from_zero(self.logits, _SERIES)
        exact = 0.5 + 0.5 / torch.tanh(safe / 2) - 1 / safe
        near = 0.5 + logit / 12 - logit**3 / 720 + logit**5 / 30240
        return torch.where(logit.abs() < _SERIES, near, exact).clamp(0, 1)

    def log_prob(self, x: Images) -> PerImage:
        """Log density in nats per image; positive values are possible."""
        return (self.logits * x + self._log_constant()).flatten(1).sum(1)

    def _log_constant(self) -> Tensor:
        """Log of l / (exp(l) - 1), by its Taylor series about l = 0."""
        logit, size = self.logits, _away_from_zero(self.logits, _SERIES).abs()
        even = size.log() - size / 2 - torch.log1p(-torch.exp(-size))  # the odd part is -l / 2
        near = -(logit**2) / 24 + logit**4 / 2880 - logit**6 / 181440
        return torch.where(logit.abs() < _SERIES, near, even) - logit / 2

    def sample(self, generator: torch.Generator | None = None) -> Images:
        """By the inverse of the distribution function."""
        u = torch.rand(self.logits.shape, generator=generator, device=self.logits.device)
        safe = _away_from_zero(self.logits, _UNIFORM).clamp(-60, 60)
        x = torch.log1p(u * torch.expm1(safe)) / safe
        return torch.where(self.logits.abs() < _UNIFORM, u, x)


_SERIES = 0.3
"""Logits nearer to 0 than this take the series, whose first term left out is below float32's grain."""

_UNIFORM = 1e-4
"""Logits nearer to 0 than this are sampled as if they were 0."""


def _away_from_zero(logits: Tensor, limit: float) -> Tensor:
    """Logits with those near 0 replaced, so that neither value nor gradient is NaN."""
    return torch.where(logits.abs() < limit, torch.ones_like(logits), logits)


class Gaussian:
    """Pixels N(sigmoid(logit), scale^2), the scale common to all."""

    def __init__(self, logits: Images, log_scale: Float[Tensor, ""]) -> None:
        self.logits = logits
        self.log_scale = log_scale

    @property
    def mean(self) -> Images:
        """Mean of each pixel, kept within [0, 1] by a sigmoid."""
        return self.logits.sigmoid()

    def log_prob(self, x: Images) -> PerImage:
        """Log density in nats per image; positive values are possible."""
        error = (x - self.mean) * torch.exp(-self.log_scale)
        constant = self.log_scale + 0.5 * math.log(2 * math.pi)
        return -(0.5 * error.square() + constant).flatten(1).sum(1)

    def sample(self, generator: torch.Generator | None = None) -> Images:
        """The mean with noise, clipped to what a pixel can show."""
        noise = torch.randn(self.logits.shape, generator=generator, device=self.logits.device)
        return (self.mean + noise * self.log_scale.exp()).clamp(0, 1)


class PixelHead(nn.Module):
    """A decoder's output as the distribution that the model's likelihood names."""

    def __init__(self, config: Likelihood) -> None:
        super().__init__()
        self.config = config
        if isinstance(config, GaussianConfig):
            log_scale = torch.tensor(math.log(config.scale))
            self.log_scale = nn.Parameter(log_scale, requires_grad=config.learn_scale)

    def forward(self, parameters: Images) -> PixelDistribution:
        """p(x|z), in float32 whatever the decoder computes in."""
        parameters = parameters.float()
        match self.config:
            case BernoulliConfig():
                return Bernoulli(parameters)
            case ContinuousBernoulliConfig():
                return ContinuousBernoulli(parameters)
            case GaussianConfig():
                return Gaussian(parameters, self.log_scale)
