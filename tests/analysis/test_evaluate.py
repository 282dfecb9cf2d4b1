"""Evaluation: each number against its definition."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributions import (
    Categorical,
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
)

from tests.training import tiny
from vae import models
from vae.analysis import Evaluation, encode, evaluate
from vae.analysis.mixture import log_mixture
from vae.errors import DataError
from vae.models.posterior import DiagonalGaussian, FullGaussian

VARIATIONAL = [kind for kind in tiny.MODELS if kind != "autoencoder"]


def build(kind: str = "vae", scale: float = 1.0) -> models.Model:
    """A model whose posterior means are spread by a factor."""
    torch.manual_seed(0)
    model = models.build(tiny.MODELS[kind])
    if isinstance(model, models.VAE):
        with torch.no_grad():
            model.posterior.linear.weight[: model.latent_dim] *= scale
    return model


def measure(model: models.Model, **options: Any) -> Evaluation:
    """A quick evaluation on the tiny data."""
    settings: dict[str, Any] = {"samples": 5, "pixels": "fixed"}
    return evaluate(model, tiny.dataset(), **settings | options)


@pytest.mark.parametrize("kind", VARIATIONAL)
def test_numbers_add_up(kind: str) -> None:
    """ELBO = -(recon + kl), kl is the sum over units, and -nll is above the ELBO."""
    found = measure(build(kind), samples=50)
    assert found.elbo is not None
    assert found.kl is not None
    assert found.kl_per_unit is not None
    assert found.nll is not None
    assert found.elbo == pytest.approx(-(found.recon + found.kl))
    assert found.kl == pytest.approx(sum(found.kl_per_unit))
    assert len(found.kl_per_unit) == tiny.MODELS[kind].latent_dim
    assert -found.nll > found.elbo


def test_kl_is_the_closed_form() -> None:
    """The KL per unit is the mean over images of the closed form, on the same pixels."""
    model = build(scale=20)
    found = measure(model, pixels="grey")
    codes = encode(model, tiny.dataset(), pixels="grey")
    kl = 0.5 * (codes.mu.square() + codes.logvar.exp() - 1 - codes.logvar)
    assert found.kl_per_unit == pytest.approx(kl.mean(0).tolist(), rel=1e-5)


def test_plain_autoencoder_has_a_reconstruction_only() -> None:
    """Its cross-entropy and the range of its codes are those of the codes themselves; the rest is None."""
    model = build("autoencoder")
    found = measure(model, pixels="grey")
    data = tiny.dataset()
    x = data.images.take(torch.arange(len(data))).float() / 255
    codes = model.encode(x).mu
    log_prob = model.decode(codes).log_prob(x)
    assert found.recon == pytest.approx(-log_prob.mean().item(), rel=1e-5)
    ends = np.quantile(codes.detach().numpy(), (0.005, 0.995), axis=0)
    np.testing.assert_allclose(found.posterior_range, ends.T, rtol=1e-5)
    known = {"recon", "posterior_range", "likelihood", "images", "samples"}
    rest = found.model_dump(exclude=known)
    assert set(rest.values()) == {None}


def test_active_units() -> None:
    """A unit is active where its mean varies by more than 0.01 over the images."""
    model = build(scale=100)
    variances = encode(model, tiny.dataset(), pixels="grey").mu.var(0, correction=0)
    assert all(variances > 0.01)
    assert measure(model, pixels="grey").active_units == 2
    with torch.no_grad():
        assert isinstance(model, models.VAE)
        model.posterior.linear.weight[1].zero_()
    assert measure(model, pixels="grey").active_units == 1


@pytest.mark.parametrize("kind", ["vae", "full", "cvae", "vamp"])
def test_information_and_aggregate_make_the_kl(kind: str) -> None:
    """KL = I(x; z) + KL(q(z) || p(z)), and neither is negative (Hoffman & Johnson 2016)."""
    found = measure(build(kind, scale=20))
    assert found.kl is not None
    assert found.mutual_information is not None
    assert found.aggregate_kl is not None
    assert found.kl == pytest.approx(found.mutual_information + found.aggregate_kl)
    assert 0 < found.mutual_information < math.log(24)


def test_codes_that_do_not_overlap_tell_the_image() -> None:
    """Where posteriors are far apart, the information is log of the number of images."""
    found = measure(build(scale=1e5))
    assert found.mutual_information == pytest.approx(math.log(24), abs=1e-3)


def test_codes_that_are_all_the_same_tell_nothing() -> None:
    """Where all posteriors are one, the information is zero and the aggregate KL all of the KL."""
    model = build()
    assert isinstance(model, models.VAE)
    with torch.no_grad():
        model.posterior.linear.weight.zero_()
    found = measure(model)
    assert found.mutual_information == pytest.approx(0, abs=1e-5)
    assert found.aggregate_kl == pytest.approx(found.kl, abs=1e-5)


def test_ladder_has_no_mixture() -> None:
    """A ladder's q(z|x) is no Gaussian: what needs one is None, all else is there."""
    found = measure(build("ladder"))
    assert found.mutual_information is None
    assert found.aggregate_kl is None
    assert found.active_units is not None


def test_diagonal_mixture() -> None:
    """The mixture by matrix products is torch's."""
    mu, logvar, z = torch.randn(3, 40, 5).unbind()
    parts = Independent(Normal(mu, (logvar / 2).exp()), 1)
    theirs = MixtureSameFamily(Categorical(torch.ones(40)), parts).log_prob(z)
    torch.testing.assert_close(log_mixture(z, DiagonalGaussian(mu, logvar)), theirs)


def test_full_mixture() -> None:
    """So is that of full covariances."""
    mu, z = torch.randn(2, 40, 5).unbind()
    cholesky = torch.randn(40, 5, 5).tril(-1) + torch.diag_embed(torch.rand(40, 5) + 0.5)
    parts = MultivariateNormal(mu, scale_tril=cholesky)
    theirs = MixtureSameFamily(Categorical(torch.ones(40)), parts).log_prob(z)
    ours = log_mixture(z, FullGaussian(mu, cholesky))
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_narrow_mixture_does_not_cancel() -> None:
    """Components a thousandth wide and far from the origin keep their exact density."""
    mu = 3 + torch.rand(10, 4, dtype=torch.float64)
    logvar = torch.full((10, 4), 2 * math.log(1e-3)).double()
    theirs = Normal(mu, (logvar / 2).exp()).log_prob(mu).sum(1) - math.log(10)
    torch.testing.assert_close(log_mixture(mu, DiagonalGaussian(mu, logvar)), theirs)


@pytest.mark.parametrize(
    ("likelihood", "pixels", "name"),
    [
        ("bernoulli", "dynamic", "Bernoulli"),
        ("bernoulli", "grey", "a score, not a likelihood"),
        ("continuous-bernoulli", "grey", "continuous Bernoulli density"),
        ("gaussian", "grey", "Gaussian density"),
        ("gaussian", "dynamic", "a score, not a likelihood"),
        ("continuous-bernoulli", "fixed", "a score, not a likelihood"),
    ],
)
def test_likelihood_is_named_for_what_it_is(likelihood: str, pixels: str, name: str) -> None:
    """Grey values under a plain Bernoulli are no likelihood, nor black and white under a density."""
    model = models.build(tiny.VAE.replace(likelihood={"kind": likelihood}))
    assert measure(model, pixels=pixels).likelihood.endswith(name)


def test_same_seed_same_numbers() -> None:
    """Pixels and noise are the seed's; another seed gives other ones."""
    model = build()
    assert measure(model, seed=1) == measure(model, seed=1)
    assert measure(model, seed=1) != measure(model, seed=2)


def test_limit_and_progress() -> None:
    """The first so many images are measured, and every batch is reported."""
    seen: list[tuple[str, int, int]] = []
    found = measure(build(), limit=10, progress=lambda *what: seen.append(what))
    assert found.images == 10
    assert seen[-1] == ("images", 10, 10)


def test_survives_json() -> None:
    """An evaluation is read back from what it is written as."""
    found = measure(build("autoencoder"))
    assert Evaluation.model_validate_json(found.model_dump_json()) == found


def test_numbers_that_overflow_are_an_error() -> None:
    """Finite weights may give no number: that is said, by name, and not handed on as NaN."""
    model = build()
    with torch.no_grad():
        model.get_parameter("decoder.first.weight").fill_(3e38)
        model.get_parameter("decoder.rest.1.weight").fill_(-3e38)
    with pytest.raises(DataError, match=r"recon.* not finite"):
        measure(model)
