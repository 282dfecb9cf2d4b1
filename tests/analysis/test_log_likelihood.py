"""log p(x) against numerical integration over a code of one unit."""

import math

import pytest
import torch
from torch import Tensor

from tests.training import tiny
from vae import models
from vae.analysis import log_likelihood
from vae.config import ModelConfig
from vae.errors import ConfigError
from vae.models.likelihood import PixelDistribution
from vae.objectives.bounds import importance_bound

ONE_UNIT: dict[str, ModelConfig] = {
    kind: tiny.MODELS[kind].replace(latent_dim=1) for kind in ("vae", "full", "vamp", "cvae")
} | {"continuous": tiny.VAE.replace(latent_dim=1, likelihood={"kind": "continuous-bernoulli"})}


def build(config: ModelConfig) -> models.Model:
    """A model whose code matters to the picture, and whose posteriors are wide."""
    torch.manual_seed(0)
    model = models.build(config)
    with torch.no_grad():
        if isinstance(model, models.VAE):
            model.posterior.linear.bias[model.latent_dim : 2 * model.latent_dim] += 0.5
        for weights in model.decoder.parameters():
            weights.mul_(2)
    return model


def integral(model: models.Model, x: Tensor, y: Tensor | None) -> Tensor:
    """log of the integral of p(x|z) p(z) over a grid of codes, by the trapezoid's rule."""
    z = torch.linspace(-10, 10, 4001)[:, None]
    log_prior = model.prior.log_prob(z).sum(1)
    exact = []
    for row in range(len(x)):
        label = None if y is None else y[row].expand(len(z))
        log_prob = model.decode(z, label).log_prob(x[row].expand(len(z), *x.shape[1:]))
        exact.append((log_prob + log_prior).double().logsumexp(0) + math.log(20 / 4000))
    return torch.stack(exact)


@pytest.mark.parametrize("kind", ONE_UNIT)
def test_many_samples_reach_the_integral(kind: str) -> None:
    """With 100,000 samples the bound is log p(x) to two hundredths of a nat."""
    model = build(ONE_UNIT[kind])
    x = torch.rand(3, 1, 8, 8).round()
    y = torch.tensor([0, 1, 2]) if model.classes else None
    noise = torch.Generator().manual_seed(0)
    with torch.no_grad():
        bound = log_likelihood(model, x, y, samples=100_000, generator=noise).double()
        torch.testing.assert_close(bound, integral(model, x, y), rtol=0, atol=0.02)


@pytest.mark.parametrize("kind", ["vae", "full", "vamp", "cvae", "ladder"])
def test_same_samples_same_bound(kind: str) -> None:
    """In one chunk, it is the bound that the model's own inference gives for the same noise."""
    model = build(tiny.MODELS[kind])
    x, y = torch.rand(16, 1, 8, 8).round(), torch.arange(16) % 3
    ours = log_likelihood(model, x, y, samples=6, generator=torch.Generator().manual_seed(0))
    inference = model.infer(x, y, 6, torch.Generator().manual_seed(0))
    theirs = importance_bound(inference.log_weight).detach()
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("chunk", [16, 32, 64])
def test_chunks_change_nothing(chunk: int) -> None:
    """Streamed in small chunks, the same noise gives the same bound."""
    model, x = build(tiny.VAE), torch.rand(16, 1, 8, 8).round()
    whole, parts = (
        log_likelihood(model, x, samples=7, generator=torch.Generator().manual_seed(0), chunk=size)
        for size in (10_000, chunk)
    )
    torch.testing.assert_close(parts, whole, rtol=1e-6, atol=1e-5)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many images and samples, no more than a chunk is decoded at once."""
    model, decoded = build(tiny.VAE), []
    decode = model.decode

    def watched(z: Tensor, y: Tensor | None = None) -> PixelDistribution:
        decoded.append(len(z))
        return decode(z, y)

    monkeypatch.setattr(model, "decode", watched)
    bound = log_likelihood(model, torch.rand(50, 1, 8, 8), samples=33, chunk=20)
    assert bound.shape == (50,)
    assert max(decoded) <= 20
    assert sum(decoded) == 50 * 33


def test_more_samples_are_tighter() -> None:
    """The bound rises with the number of samples (Burda et al. 2016, theorem 1)."""
    model = build(tiny.VAE)
    x = torch.rand(1, 1, 8, 8).round().expand(2000, 1, 8, 8)
    one, five, fifty = (log_likelihood(model, x, samples=k).mean() for k in (1, 5, 50))
    assert one < five < fifty


def test_autoencoder_has_none() -> None:
    """A plain autoencoder is told apart, not given a number."""
    with pytest.raises(ConfigError, match="no log p"):
        log_likelihood(models.build(tiny.MODELS["autoencoder"]), torch.rand(1, 1, 8, 8), samples=1)


def test_no_samples() -> None:
    """Nothing can be estimated by no sample."""
    with pytest.raises(ConfigError, match="at least 1"):
        log_likelihood(models.build(tiny.VAE), torch.rand(1, 1, 8, 8), samples=0)
