"""q(z|x) against torch.distributions."""

import torch
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from vae.models.posterior import DiagonalGaussian, FullGaussian, GaussianHead, kl_standard_normal


def diagonal(n: int = 5, d: int = 4) -> DiagonalGaussian:
    """Random means and widths in float64."""
    torch.manual_seed(0)
    mu, logvar = torch.randn(2, n, d, dtype=torch.float64)
    return DiagonalGaussian(mu, logvar)


def full(n: int = 5, d: int = 4) -> FullGaussian:
    """Random means and correlations in float64."""
    torch.manual_seed(0)
    lower = torch.randn(n, d, d, dtype=torch.float64).tril(-1)
    widths = torch.rand(n, d, dtype=torch.float64) + 0.5
    return FullGaussian(torch.randn(n, d, dtype=torch.float64), lower + torch.diag_embed(widths))


def test_kl_matches_torch() -> None:
    """The closed form agrees with torch.distributions, unit by unit."""
    q = diagonal()
    theirs = kl_divergence(Normal(q.mu, (q.logvar / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_standard_normal(q.mu, q.logvar), theirs)
    torch.testing.assert_close(q.sample(3).kl[2], theirs)


def test_full_covariance_shares_add_up_to_the_kl() -> None:
    """The units' shares sum to the KL of the whole Gaussian."""
    q = full()
    standard = MultivariateNormal(torch.zeros(4).double(), torch.eye(4).double())
    theirs = kl_divergence(MultivariateNormal(q.mu, scale_tril=q.cholesky), standard)
    torch.testing.assert_close(q.sample().kl[0].sum(1), theirs)


def test_diagonal_density() -> None:
    """log q(z|x) of a sample is the normal density, unit by unit."""
    q = diagonal()
    draw = q.sample(6)
    theirs = Normal(q.mu, (q.logvar / 2).exp()).log_prob(draw.z)
    torch.testing.assert_close(draw.log_q, theirs)


def test_full_density() -> None:
    """The units' shares of log q(z|x) sum to the density of the whole Gaussian."""
    q = full()
    draw = q.sample(6)
    theirs = MultivariateNormal(q.mu, scale_tril=q.cholesky).log_prob(draw.z)
    torch.testing.assert_close(draw.log_q.sum(2), theirs)


def test_full_density_shares_follow_the_chain_rule() -> None:
    """The first two units' shares are the density of their own marginal."""
    q = full()
    draw = q.sample(6)
    marginal = MultivariateNormal(q.mu[:, :2], scale_tril=q.cholesky[:, :2, :2])
    torch.testing.assert_close(draw.log_q[..., :2].sum(2), marginal.log_prob(draw.z[..., :2]))


def test_diagonal_sample_moments() -> None:
    """Samples have the mean and variance that the posterior states."""
    q = diagonal(n=1)
    z = q.sample(40_000, torch.Generator().manual_seed(0)).z[:, 0]
    torch.testing.assert_close(z.mean(0), q.mu[0], rtol=0, atol=0.05)
    torch.testing.assert_close(z.var(0), q.logvar[0].exp(), rtol=0.05, atol=0)


def test_full_sample_moments() -> None:
    """Samples have the covariance L L^T, whose diagonal `logvar` is the logarithm of."""
    q = full(n=1)
    z = q.sample(40_000, torch.Generator().manual_seed(0)).z[:, 0]
    covariance = q.cholesky[0] @ q.cholesky[0].T
    torch.testing.assert_close(z.T.cov(), covariance, rtol=0.05, atol=0.05)
    torch.testing.assert_close(q.logvar[0], covariance.diagonal().log())


def test_gradients_reach_mean_and_width() -> None:
    """A sample is differentiable in both: dz/dmu = 1, dz/dlogvar = sigma eps / 2."""
    mu, logvar = torch.zeros(1, 2, requires_grad=True), torch.zeros(1, 2, requires_grad=True)
    z = DiagonalGaussian(mu, logvar).sample().z
    z.sum().backward()
    assert mu.grad is not None
    assert logvar.grad is not None
    torch.testing.assert_close(mu.grad, torch.ones(1, 2))
    torch.testing.assert_close(logvar.grad, 0.5 * z[0].detach())


def test_extreme_widths_are_clipped() -> None:
    """However far the features go, the KL stays finite."""
    head = GaussianHead(3, 2)
    q = head(torch.full((1, 3), 1e6))
    assert kl_standard_normal(torch.zeros(1, 2), q.logvar).isfinite().all()


def test_same_generator_same_samples() -> None:
    """The noise comes from the generator alone."""
    q = full()
    first, second = (q.sample(2, torch.Generator().manual_seed(3)).z for _ in range(2))
    assert torch.equal(first, second)
