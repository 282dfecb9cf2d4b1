"""The KL taken apart, and the discriminator that estimates one part of it."""

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal
from torch.nn import functional as F

from tests.objectives.made_up import infer, inference
from vae.config import BetaTcConfig, FactorConfig
from vae.models import Inference
from vae.objectives.total_correlation import BetaTc, Factor, permute_units


def aggregate(batch: Inference) -> tuple[MixtureSameFamily, list[MixtureSameFamily]]:
    """q(z) of the batch as torch knows it, and the marginal of each unit."""
    mu, scale = batch.posterior.mu, (batch.posterior.logvar / 2).exp()
    even = Categorical(torch.ones(len(mu)))
    joint = MixtureSameFamily(even, Independent(Normal(mu, scale), 1))
    units = range(mu.shape[1])
    return joint, [MixtureSameFamily(even, Normal(mu[:, i], scale[:, i])) for i in units]


def test_terms_by_mixtures() -> None:
    """MI, TC and dimension-wise KL are log ratios of q(z|x), q(z), its marginals, and p(z)."""
    batch = inference(n=7)
    z, q = batch.z[0], Normal(batch.posterior.mu, (batch.posterior.logvar / 2).exp())
    joint, marginals = aggregate(batch)
    log_q = joint.log_prob(z)
    log_units = torch.stack([m.log_prob(z[:, i]) for i, m in enumerate(marginals)]).sum(0)
    parts = BetaTc(BetaTcConfig()).terms(batch, step=0).parts
    torch.testing.assert_close(parts["mi"], (q.log_prob(z).sum(1) - log_q).mean())
    torch.testing.assert_close(parts["tc"], (log_q - log_units).mean())
    log_p = Normal(0.0, 1.0).log_prob(z).sum(1)
    torch.testing.assert_close(parts["dwkl"], (log_units - log_p).mean())


def test_parts_sum_to_the_kl() -> None:
    """With all weights one, the loss is the sampled ELBO of the batch taken as the population."""
    batch = inference(n=7)
    z, q = batch.z[0], Normal(batch.posterior.mu, (batch.posterior.logvar / 2).exp())
    kl = (q.log_prob(z) - Normal(0.0, 1.0).log_prob(z)).sum(1).mean()
    terms = BetaTc(BetaTcConfig(alpha=1, beta=1, gamma=1)).terms(batch, step=0)
    torch.testing.assert_close(terms.loss, batch.recon.mean() + kl)


def test_weights() -> None:
    """Each part counts by its own weight, the TC's grown over the warm-up."""
    config = BetaTcConfig(alpha=2, beta=6, gamma=3, warmup_steps=10)
    terms = BetaTc(config).terms(inference(), step=5)
    p = terms.parts
    torch.testing.assert_close(terms.loss, p["recon"] + 2 * p["mi"] + 3 * p["tc"] + 3 * p["dwkl"])


def test_independent_units_have_no_total_correlation() -> None:
    """Where the population is a full grid, q(z) is the product of its marginals and the TC zero."""
    axis = torch.linspace(-2, 2, 5, dtype=torch.float64)
    mu = torch.cartesian_prod(axis, axis)
    batch = infer(mu, torch.full_like(mu, -3), torch.zeros(1, len(mu)).double())
    assert BetaTc(BetaTcConfig()).terms(batch, 0).parts["tc"].item() == pytest.approx(0, abs=1e-12)


def test_copied_unit_has_total_correlation() -> None:
    """Two units that say the same of 16 well separated images share log 16 nats."""
    mu = torch.arange(16, dtype=torch.float64)[:, None].expand(16, 2)
    batch = infer(mu, torch.full((16, 2), -8).double(), torch.zeros(1, 16).double())
    parts = BetaTc(BetaTcConfig()).terms(batch, 0).parts
    assert parts["tc"].item() == pytest.approx(math.log(16))
    assert parts["mi"].item() == pytest.approx(math.log(16))


def factor(gamma: float = 5.0) -> Factor:
    """A small discriminator of codes of three units, in float64."""
    return Factor(FactorConfig(gamma=gamma, width=8), latent_dim=3).double()


def gradients(loss: Tensor, wanted: Sequence[Tensor]) -> list[Tensor]:
    """Gradients without leaving any behind."""
    return list(torch.autograd.grad(loss, wanted, retain_graph=True))


def test_factor_loss() -> None:
    """ELBO + gamma TC, the TC as the mean log odds, with the discriminator's own loss on top."""
    batch, objective = inference(), factor()
    terms = objective.terms(batch, step=0)
    p = terms.parts
    odds = objective.discriminator(batch.z[0])
    torch.testing.assert_close(p["tc"], (odds[:, 0] - odds[:, 1]).mean())
    torch.testing.assert_close(terms.loss, p["recon"] + p["kl"] + 5 * p["tc"] + p["discriminator"])


def test_total_correlation_leaves_the_discriminator_alone() -> None:
    """The discriminator's gradient is that of its own cross-entropy, whatever gamma is."""
    batch, objective = inference(), factor(gamma=1000)
    noise = torch.Generator().manual_seed(0)
    terms = objective.terms(batch, 0, noise)
    weights = list(objective.discriminator.parameters())
    shuffled = permute_units(batch.z[0].detach(), torch.Generator().manual_seed(0))
    real, fake = objective.discriminator(batch.z[0].detach()), objective.discriminator(shuffled)
    n = len(real)
    own = F.cross_entropy(real, torch.zeros(n).long()) + F.cross_entropy(fake, torch.ones(n).long())
    for found, wanted in zip(
        gradients(terms.loss, weights), gradients(own / 2, weights), strict=True
    ):
        torch.testing.assert_close(found, wanted)


def test_discriminator_leaves_the_encoder_alone() -> None:
    """The encoder's gradient is that of ELBO + gamma TC, without the discriminator's loss."""
    batch, objective = inference(), factor()
    loss = objective.terms(batch, 0).loss
    odds = objective.discriminator(batch.z[0])
    own = batch.kl.sum(2).mean() + 5 * (odds[:, 0] - odds[:, 1]).mean()
    posterior = [batch.posterior.mu, batch.posterior.logvar]
    for found, wanted in zip(gradients(loss, posterior), gradients(own, posterior), strict=True):
        torch.testing.assert_close(found, wanted)


def test_permuting_keeps_the_marginals_and_breaks_the_ties() -> None:
    """Each unit keeps its values; which of them stand together changes."""
    z = torch.arange(100.0)[:, None].expand(100, 2)
    shuffled = permute_units(z, torch.Generator().manual_seed(0))
    assert torch.equal(shuffled.sort(0).values, z)
    assert (shuffled[:, 0] != shuffled[:, 1]).float().mean() > 0.9
