"""The exact posterior against closed forms and independent numerical integration."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from tests.training import tiny
from vae import models
from vae.analysis.exact_posterior import ExactPosterior, exact_posterior
from vae.config import ModelConfig
from vae.errors import ConfigError
from vae.models.likelihood import PixelDistribution
from vae.models.posterior import FullGaussian

PIXELS = 64


class Linear(models.VAE):
    """x = W z + b + noise of deviation s, so that everything is Gaussian and known."""

    def __init__(self, noise: float, loose: float = 1.3) -> None:
        super().__init__(tiny.VAE)
        draw = torch.Generator().manual_seed(3)
        self.weight = torch.randn(PIXELS, 2, generator=draw) * 0.3
        self.bias = torch.randn(PIXELS, generator=draw)
        self.noise, self.loose = noise, loose

    def decode(self, z: Tensor, y: Tensor | None = None) -> PixelDistribution:
        """N(W z + b, s^2)."""
        return Normal(z @ self.weight.T + self.bias, self.noise)

    def encode(self, x: Tensor, y: Tensor | None = None) -> FullGaussian:
        """The exact posterior, moved and made wider."""
        exact = self.exact(x)
        cholesky = torch.linalg.cholesky(exact.covariance_matrix) * self.loose
        return FullGaussian((exact.loc + 0.05)[None].float(), cholesky[None].float())

    def exact(self, x: Tensor) -> MultivariateNormal:
        """p(z|x), by the formula of Bayesian linear regression."""
        weight, error = self.weight.double(), x.flatten().double() - self.bias.double()
        precision = torch.eye(2, dtype=torch.float64) + weight.T @ weight / self.noise**2
        mean = torch.linalg.solve(precision, weight.T @ error / self.noise**2)
        return MultivariateNormal(mean, precision_matrix=precision)

    def evidence(self, x: Tensor) -> float:
        """log p(x), by the formula of a Gaussian's marginal."""
        weight = self.weight.double()
        covariance = weight @ weight.T + self.noise**2 * torch.eye(PIXELS, dtype=torch.float64)
        marginal = MultivariateNormal(self.bias.double(), covariance)
        return float(marginal.log_prob(x.flatten().double()))


class Normal:
    """Pixels N(mean, s^2), not kept within [0, 1]."""

    def __init__(self, mean: Tensor, scale: float) -> None:
        self._mean, self._scale = mean, scale

    @property
    def mean(self) -> Tensor:
        """As images."""
        return self._mean.view(-1, 1, 8, 8)

    def log_prob(self, x: Tensor) -> Tensor:
        """In nats per image."""
        noise = torch.distributions.Normal(self._mean, self._scale)
        total: Tensor = noise.log_prob(x.flatten(1)).sum(1)
        return total

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """The mean; nothing here draws pixels."""
        return self.mean


def picture() -> Tensor:
    """One image of noise."""
    return torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def build(config: ModelConfig) -> models.Model:
    """A model whose code matters to the picture."""
    torch.manual_seed(0)
    model = models.build(config)
    with torch.no_grad():
        for weights in model.decoder.parameters():
            weights.mul_(3)
    return model


def assert_adds_up(found: ExactPosterior) -> None:
    """log p(x) = ELBO + gap, and the densities on the grid integrate to one."""
    assert found.log_px == pytest.approx(found.elbo + found.gap, abs=1.01 * found.error)
    area = ((found.across[1] - found.across[0]) * (found.up[1] - found.up[0])).item()
    for density in (found.log_p, found.log_q):
        assert density.exp().sum().item() * area == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("noise", [2.0, 0.3, 0.03])
def test_a_linear_model_in_closed_form(noise: float) -> None:
    """log p(x), KL and p(z|x) are the formulas', from a wide posterior to a very narrow one."""
    model, x = Linear(noise), picture()
    found, exact = exact_posterior(model, x), model.exact(x)
    assert found.log_px == pytest.approx(model.evidence(x), abs=2e-3)
    q = MultivariateNormal(found.mu, found.covariance)
    assert found.gap == pytest.approx(kl_divergence(q, exact).item(), abs=2e-3)
    assert_adds_up(found)
    peak = divmod(int(found.log_p.argmax()), len(found.across))
    z = torch.stack([found.across[peak[1]], found.up[peak[0]]])
    assert found.log_p.max().item() == pytest.approx(exact.log_prob(z).item(), abs=1e-2)


@pytest.mark.parametrize("kind", ["vae", "full", "vamp", "gaussian", "cvae"])
def test_numbers_of_a_network(kind: str) -> None:
    """The sum over the grid is a plain integral over a plane of 600 x 600 codes."""
    model = build(tiny.MODELS[kind])
    x, y = picture().round(), torch.tensor([1]) if model.classes else None
    found = exact_posterior(model, x, y)
    assert_adds_up(found)
    line = torch.linspace(-9, 9, 600)
    total = []
    with torch.no_grad():
        for row in line:
            z = torch.stack([line, row.expand(600)], 1)
            labels = None if y is None else y.expand(600)
            log_prob = model.decode(z, labels).log_prob(x.expand(600, 1, 8, 8))
            total.append((log_prob + model.prior.log_prob(z).sum(1)).double().logsumexp(0))
    expected = torch.stack(total).logsumexp(0).item() + 2 * math.log(18 / 599)
    assert found.log_px == pytest.approx(expected, abs=5e-3)


def test_the_elbo_is_the_models_own() -> None:
    """By 200,000 samples of the model's inference, the ELBO is the same within their noise."""
    model, x = build(tiny.MODELS["full"]), picture().round()
    inference = model.infer(x, samples=200_000, generator=torch.Generator().manual_seed(0))
    weight = inference.log_weight.detach().double()
    noise = weight.std().item() / math.sqrt(200_000)
    assert exact_posterior(model, x).elbo == pytest.approx(weight.mean().item(), abs=5 * noise)


def test_two_separate_modes() -> None:
    """A picture that two far codes explain alike: both are on the grid, each with half of the mass."""

    class Folded(Linear):
        def decode(self, z: Tensor, y: Tensor | None = None) -> PixelDistribution:
            return super().decode(z.abs() - 2)

    model = Folded(noise=0.2)
    x = (model.bias - model.weight @ torch.tensor([0.0, 0.0])).view(1, 1, 8, 8)
    found = exact_posterior(model, x)
    share = found.log_p.exp()
    share = share / share.sum()
    halves = share[:, found.across < 0].sum(), share[found.up < 0].sum()
    assert [half.item() for half in halves] == pytest.approx([0.5, 0.5], abs=0.02)
    assert found.across[0] < -2 < 2 < found.across[-1]


def test_the_gap_is_never_negative_and_closes() -> None:
    """q(z|x) that is the exact posterior has no gap, and one that is wider has one."""
    x = picture()

    class Exact(Linear):
        def encode(self, x: Tensor, y: Tensor | None = None) -> FullGaussian:
            exact = self.exact(x)
            return FullGaussian(exact.loc[None].float(), exact.scale_tril[None].float())

    assert exact_posterior(Exact(noise=0.3), x).gap == pytest.approx(0, abs=1e-3)
    assert exact_posterior(Linear(noise=0.3), x).gap > 0.1


@pytest.mark.parametrize("kind", ["autoencoder", "ladder"])
def test_models_that_have_none(kind: str) -> None:
    """Without two units or a Gaussian q(z|x) it says which model to pick."""
    with pytest.raises(ConfigError, match="Pick a"):
        exact_posterior(models.build(tiny.MODELS[kind]), picture())
