"""p(x|z) against torch.distributions and numerical integration."""

import math

import pytest
import torch
from torch import Tensor
from torch import distributions as theirs

from vae.config import GaussianConfig
from vae.models.likelihood import Bernoulli, ContinuousBernoulli, Gaussian, PixelHead

LOGITS = [-60.0, -5.0, -0.31, -0.29, -1e-3, 0.0, 1e-6, 0.04, 0.29, 0.31, 2.0, 30.0]
"""Both sides of where the series begins, zero itself, and far out."""


def images(low: float = 0.0) -> tuple[Tensor, Tensor]:
    """Logits and pixels [3 2 4 4] in float64."""
    torch.manual_seed(0)
    logits = 3 * torch.randn(3, 2, 4, 4, dtype=torch.float64)
    return logits, torch.rand(3, 2, 4, 4, dtype=torch.float64).clamp(low, 1 - low)


def pixel(logit: float) -> Tensor:
    """One image of one pixel."""
    return torch.full((1, 1, 1, 1), logit, dtype=torch.float64)


def test_bernoulli_matches_torch() -> None:
    """Binary pixels: the sum of torch's own log probabilities."""
    logits, x = images()
    log_prob = theirs.Bernoulli(logits=logits).log_prob(x.round()).flatten(1).sum(1)
    torch.testing.assert_close(Bernoulli(logits).log_prob(x.round()), log_prob)


def test_bernoulli_on_grey_is_the_cross_entropy() -> None:
    """Grey pixels: minus the binary cross-entropy, summed and not averaged over pixels."""
    logits, x = images()
    p = logits.sigmoid()
    score = (x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(1)
    torch.testing.assert_close(Bernoulli(logits).log_prob(x), score)


def test_bernoulli_gradient() -> None:
    """The hand-written way back is the derivative."""
    logits, x = images()
    assert torch.autograd.gradcheck(
        lambda value: Bernoulli(value).log_prob(x), logits.requires_grad_()
    )


def test_bernoulli_at_extreme_logits() -> None:
    """A certain pixel costs nothing when right, and its logit when wrong."""
    sure = torch.full((1, 1, 1, 1), 200.0)
    assert Bernoulli(sure).log_prob(torch.ones(1, 1, 1, 1)).item() == 0
    assert Bernoulli(sure).log_prob(torch.zeros(1, 1, 1, 1)).item() == -200


def test_continuous_bernoulli_matches_torch() -> None:
    """The density agrees with torch's, away from where torch itself takes a series."""
    logits, x = images()
    log_prob = theirs.ContinuousBernoulli(logits=logits).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(
        ContinuousBernoulli(logits).log_prob(x), log_prob, rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_is_a_density(logit: float) -> None:
    """It integrates to one over [0, 1], and its mean is the integral of x."""
    edges = torch.linspace(0, 1, 200_001, dtype=torch.float64)
    x = (edges[1:] + edges[:-1]) / 2
    q = ContinuousBernoulli(pixel(logit).expand(len(x), 1, 1, 1))
    density = q.log_prob(x.view(-1, 1, 1, 1)).exp() / len(x)
    assert density.sum().item() == pytest.approx(1, abs=1e-6)
    assert (density * x).sum().item() == pytest.approx(q.mean[0].item(), abs=1e-6)


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_in_float32(logit: float) -> None:
    """Single precision is good to a millionth a pixel: nothing cancels near zero."""
    exact, single = ContinuousBernoulli(pixel(logit)), ContinuousBernoulli(pixel(logit).float())
    x = pixel(0.7)
    assert single.mean.item() == pytest.approx(exact.mean.item(), abs=1e-6)
    assert single.log_prob(x.float()).item() == pytest.approx(exact.log_prob(x).item(), abs=5e-6)


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_gradient(logit: float) -> None:
    """d log p / dl = x - mean, finite everywhere."""
    logits = pixel(logit).requires_grad_()
    q = ContinuousBernoulli(logits)
    (grad,) = torch.autograd.grad(q.log_prob(pixel(0.7)).sum(), logits)
    torch.testing.assert_close(grad, 0.7 - q.mean.detach(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("logit", [-20.0, -1.0, 0.0, 1e-3, 3.0])
def test_continuous_bernoulli_sample_mean(logit: float) -> None:
    """Samples have the mean that is stated, and stay in [0, 1]."""
    q = ContinuousBernoulli(torch.full((20_000, 1, 1, 1), logit))
    x = q.sample(torch.Generator().manual_seed(0))
    assert x.mean().item() == pytest.approx(q.mean[0].item(), abs=0.01)
    assert 0 <= x.min() <= x.max() <= 1


def test_gaussian_matches_torch() -> None:
    """The sum of torch's own log densities."""
    logits, x = images()
    log_scale = torch.tensor(math.log(0.2), dtype=torch.float64)
    log_prob = theirs.Normal(logits.sigmoid(), 0.2).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(Gaussian(logits, log_scale).log_prob(x), log_prob)


def test_gaussian_gradient() -> None:
    """Derivatives by logits and scale are right."""
    logits, x = images()
    log_scale = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda a, b: Gaussian(a, b).log_prob(x), (logits.requires_grad_(), log_scale)
    )


@pytest.mark.parametrize("learn", [False, True])
def test_scale_is_learned_only_where_asked(learn: bool) -> None:
    """The scale starts at its setting, and takes a gradient only with `learn_scale`."""
    head = PixelHead(GaussianConfig(scale=0.25, learn_scale=learn))
    assert head.log_scale.exp().item() == pytest.approx(0.25)
    assert head.log_scale.requires_grad == learn


def test_gaussian_samples_can_be_shown() -> None:
    """Samples scatter by the scale about the mean, and are clipped to [0, 1]."""
    q = Gaussian(torch.zeros(20_000, 1, 1, 1), torch.tensor(math.log(0.1)))
    x = q.sample(torch.Generator().manual_seed(0))
    assert x.mean().item() == pytest.approx(0.5, abs=0.01)
    assert x.std().item() == pytest.approx(0.1, abs=0.01)
    wide = Gaussian(torch.zeros(100, 1, 1, 1), torch.tensor(1.0)).sample()
    assert 0 <= wide.min() <= wide.max() <= 1


def test_bernoulli_samples_are_binary_with_the_stated_mean() -> None:
    """Samples are 0 or 1, and one as often as the probability says."""
    x = Bernoulli(torch.full((20_000, 1, 1, 1), 1.0)).sample(torch.Generator().manual_seed(0))
    assert set(x.unique().tolist()) == {0.0, 1.0}
    assert x.mean().item() == pytest.approx(torch.tensor(1.0).sigmoid().item(), abs=0.01)
