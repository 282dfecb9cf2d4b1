"""Log p(x) by importance sampling from q(z|x), in bounded memory."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from vae.analysis.mixture import log_mixture
from vae.errors import ConfigError
from vae.models import Autoencoder, Labels, Model
from vae.models.posterior import DiagonalGaussian
from vae.models.prior import VampPrior

_VALUES = 2**21
"""Pixels computed at once, of all images and samples together."""

_IMAGES = 256
"""Images encoded at once; the rest of a chunk are samples of each."""


@torch.no_grad()
def log_likelihood(
    model: Model,
    x: Float[Tensor, "n c h w"],
    y: Labels | None = None,
    *,
    samples: int,
    generator: torch.Generator | None = None,
    chunk: int | None = None,
) -> Float[Tensor, "n"]:
    """The importance-weighted lower bound of log p(x) in nats per image (Burda et al. 2016, eq. 8).

    It rises to log p(x) with the number of samples; with one it is an estimate of the ELBO.
    `chunk` is the number of codes decoded at once, by default as many as fit in a few megabytes:
    memory depends neither on `samples` nor on n. For a conditional model it is log p(x|y).
    """
    if samples < 1:
        raise ConfigError(f"{samples} samples for log p(x): give at least 1.")
    if isinstance(model, Autoencoder):
        raise ConfigError("A plain autoencoder has no log p(x): use a VAE.")
    chunk = chunk or max(1, _VALUES // model.config.pixels)
    estimator = _Estimator(model, _log_prior(model), samples, chunk, generator)
    parts = torch.arange(len(x), device=x.device).split(min(_IMAGES, chunk))
    y = y if model.classes else None
    return torch.cat([estimator.bound(x[i], None if y is None else y[i]) for i in parts])


@dataclass(frozen=True)
class _Estimator:
    model: Model
    log_prior: Callable[[Tensor], Tensor]
    samples: int
    chunk: int
    generator: torch.Generator | None

    def bound(self, x: Tensor, y: Tensor | None) -> Tensor:
        """The bound for a few images: all their samples, a chunk at a time."""
        posterior = self.model.encode(x, y)
        total = x.new_full((len(x),), -torch.inf)
        at_once = min(self.samples, max(1, self.chunk // len(x)))
        x = x.repeat(at_once, 1, 1, 1)
        y = None if y is None else torch.cat([y] * at_once)
        for done in range(0, self.samples, at_once):
            count = min(at_once, self.samples - done)
            draw = posterior.sample(count, self.generator)
            z = draw.z.flatten(0, 1)
            pixels = self.model.decode(z, None if y is None else y[: len(z)])
            log_joint = pixels.log_prob(x[: len(z)]) + self.log_prior(z)
            log_weight = log_joint.view(count, -1) - draw.log_q.sum(-1)
            total = torch.logaddexp(total, log_weight.logsumexp(0))
        return total - math.log(self.samples)


def _log_prior(model: Model) -> Callable[[Tensor], Tensor]:
    """Log p(z) in nats per code; a VampPrior's components are encoded once for all."""
    if not isinstance(model.prior, VampPrior):
        return lambda z: model.prior.log_prob(z).sum(-1)
    components = model.encode(model.prior.pseudo_inputs)
    assert isinstance(components, DiagonalGaussian), "settings allow a diagonal posterior only"
    return lambda z: log_mixture(z, components)
