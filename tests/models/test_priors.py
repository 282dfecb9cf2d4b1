"""p(z) against torch.distributions."""

import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from vae import models
from vae.config import MlpConfig, VaeConfig, VampPriorConfig
from vae.models.prior import StandardNormal, VampPrior


@pytest.fixture
def vamp() -> tuple[models.Model, MixtureSameFamily]:
    """A VAE with four pseudo-inputs, and the same mixture as torch knows it."""
    torch.manual_seed(0)
    config = VaeConfig(
        shape=(1, 8, 8),
        backbone=MlpConfig(hidden=(16,)),
        latent_dim=3,
        prior=VampPriorConfig(components=4),
    )
    model = models.build(config)
    assert isinstance(model.prior, VampPrior)
    with torch.no_grad():
        for weights in model.encoder.parameters():
            weights.mul_(4)  # components apart
        q = model.encode(model.prior.pseudo_inputs)
    parts = Independent(Normal(q.mu, (q.logvar / 2).exp()), 1)
    return model, MixtureSameFamily(Categorical(torch.ones(4)), parts)


def test_vamp_prior_is_the_mixture(vamp: tuple[models.Model, MixtureSameFamily]) -> None:
    """The units' shares sum to the log density of the mixture of posteriors."""
    model, mixture = vamp
    z = torch.randn(5, 6, 3)
    torch.testing.assert_close(model.prior.log_prob(z).sum(-1), mixture.log_prob(z))


def test_vamp_share_of_the_first_unit_is_its_marginal(
    vamp: tuple[models.Model, MixtureSameFamily],
) -> None:
    """By the chain rule, the first unit's share is the density of its marginal."""
    model, mixture = vamp
    parts = mixture.component_distribution
    assert isinstance(parts, Independent)
    parts = parts.base_dist
    assert isinstance(parts, Normal)
    marginal = MixtureSameFamily(
        Categorical(torch.ones(4)), Normal(parts.loc[:, 0], parts.scale[:, 0])
    )
    z = torch.randn(6, 3)
    torch.testing.assert_close(model.prior.log_prob(z)[:, 0], marginal.log_prob(z[:, 0]))


def test_vamp_samples(vamp: tuple[models.Model, MixtureSameFamily]) -> None:
    """Samples have the mixture's mean and variance."""
    model, mixture = vamp
    z = model.prior.sample(20_000, torch.Generator().manual_seed(0)).detach()
    torch.testing.assert_close(z.mean(0), mixture.mean, rtol=0, atol=0.05)
    torch.testing.assert_close(z.var(0), mixture.variance, rtol=0.1, atol=0)


def test_vamp_kl_is_estimated_by_the_sample(
    vamp: tuple[models.Model, MixtureSameFamily],
) -> None:
    """With no closed form, a sample's KL is log q(z|x) - log p(z)."""
    model, mixture = vamp
    inference = model.infer(torch.rand(2, 1, 8, 8), samples=5)
    theirs = inference.draw.log_q.sum(2) - mixture.log_prob(inference.z)
    torch.testing.assert_close(inference.kl.sum(2), theirs)


def test_vamp_gradients_reach_the_pseudo_inputs(
    vamp: tuple[models.Model, MixtureSameFamily],
) -> None:
    """The pseudo-inputs are learned through the KL."""
    model, _ = vamp
    assert isinstance(model.prior, VampPrior)
    model.infer(torch.rand(2, 1, 8, 8)).kl.sum().backward()
    grad: Tensor | None = model.prior.logits.grad
    assert grad is not None
    assert grad.abs().sum() > 0


def test_standard_normal_density() -> None:
    """log p(z) per unit is the standard normal's."""
    z = torch.randn(4, 5, 3)
    torch.testing.assert_close(StandardNormal(3).log_prob(z), Normal(0.0, 1.0).log_prob(z))
