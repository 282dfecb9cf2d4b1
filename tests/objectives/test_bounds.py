"""The ELBO, its variants, and the importance-weighted bound."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from tests.objectives.made_up import inference
from vae import models, objectives
from vae.config import ElboConfig, IwaeConfig, MlpConfig, ObjectiveConfig, VaeConfig
from vae.objectives.bounds import Elbo, Iwae, Reconstruction, importance_bound
from vae.objectives.protocol import warm_up


@pytest.mark.parametrize("samples", [1, 4])
@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_elbo(beta: float, samples: int) -> None:
    """Reconstruction + beta KL, means per image of sums over units."""
    batch = inference(samples=samples)
    q = Normal(batch.posterior.mu, (batch.posterior.logvar / 2).exp())
    kl = kl_divergence(q, Normal(0.0, 1.0)).sum(1).mean()
    terms = Elbo(ElboConfig(beta=beta)).terms(batch, step=0)
    torch.testing.assert_close(terms.loss, batch.recon.mean() + beta * kl)
    torch.testing.assert_close(terms.parts["kl"], kl)
    torch.testing.assert_close(terms.parts["recon"], batch.recon.mean())


def test_elbo_warms_up() -> None:
    """A quarter of the way, a quarter of beta counts; at the end and after, all of it."""
    batch = inference()
    objective = Elbo(ElboConfig(beta=4, warmup_steps=100))
    for step, beta in [(0, 0.0), (25, 1.0), (100, 4.0), (1000, 4.0)]:
        terms = objective.terms(batch, step)
        torch.testing.assert_close(terms.loss, terms.parts["recon"] + beta * terms.parts["kl"])


def test_no_warm_up_is_the_whole_weight() -> None:
    """Zero steps of warm-up divide nothing by zero."""
    assert warm_up(2.0, step=0, steps=0) == 2.0


def test_free_bits() -> None:
    """Each unit is charged its batch's mean KL, but never less than its allowance."""
    batch = inference()
    per_unit = batch.kl.mean((0, 1))
    allowance = float(per_unit.detach().median())
    terms = Elbo(ElboConfig(free_bits=allowance)).terms(batch, step=0)
    charged = sum(max(allowance, value) for value in per_unit.tolist())
    assert terms.loss.item() == pytest.approx(batch.recon.mean().item() + charged)
    torch.testing.assert_close(terms.parts["kl"], per_unit.sum())


def test_free_bits_free_a_unit_of_its_gradient() -> None:
    """A unit within its allowance is not pushed towards the prior."""
    batch = inference()
    mu, logvar = batch.posterior.mu, batch.posterior.logvar
    Elbo(ElboConfig(free_bits=1e3)).terms(batch, step=0).loss.backward()
    assert mu.grad is None or not mu.grad.any()
    assert logvar.grad is None or not logvar.grad.any()


def test_iwae() -> None:
    """Minus the mean over images of log 1/k sum_k p(x, z_k) / q(z_k|x)."""
    batch = inference(samples=5)
    q = Normal(batch.posterior.mu, (batch.posterior.logvar / 2).exp())
    log_prior = Normal(0.0, 1.0).log_prob(batch.z).sum(2)
    weight = (log_prior - q.log_prob(batch.z).sum(2) - batch.recon).exp()
    terms = Iwae(IwaeConfig(samples=5)).terms(batch, step=0)
    torch.testing.assert_close(terms.loss, -weight.mean(0).log().mean())


def test_importance_bound_of_equal_weights() -> None:
    """Equal weights have their own value as the bound, even where exp() would underflow."""
    bound = importance_bound(torch.full((7, 2), -800.0))
    torch.testing.assert_close(bound, torch.full((2,), -800.0))


def test_reconstruction() -> None:
    """The plain autoencoder's loss is -log p(x|z) and nothing else."""
    batch = inference()
    terms = Reconstruction().terms(batch, step=0)
    torch.testing.assert_close(terms.loss, batch.recon.mean())
    assert set(terms.parts) == {"recon"}


def test_bounds_are_ordered_below_log_likelihood() -> None:
    """ELBO < IWAE bound with 5 < with 50 < log p(x), by integrating over a code of one unit."""
    torch.manual_seed(1)
    config = VaeConfig(shape=(1, 8, 8), backbone=MlpConfig(hidden=(16,)), latent_dim=1)
    model = models.build(config)
    with torch.no_grad():
        for weights in model.decoder.parameters():
            weights.mul_(3)
        x = torch.rand(1, 1, 8, 8).round()
        z = torch.linspace(-8, 8, 2001)[:, None]
        log_joint = model.decode(z).log_prob(x.expand(2001, 1, 8, 8))
        log_joint += Normal(0.0, 1.0).log_prob(z[:, 0])
        exact = (log_joint.logsumexp(0) + math.log(16 / 2000)).item()
        many = x.expand(4000, 1, 8, 8)
        configs: list[ObjectiveConfig] = [
            ElboConfig(),
            IwaeConfig(samples=5),
            IwaeConfig(samples=50),
        ]
        bounds = [-objectives.build(c, model)(model, many, None, 0).loss.item() for c in configs]
    assert bounds[0] < bounds[1] < bounds[2] < exact
    assert bounds[2] == pytest.approx(exact, abs=0.1)
