"""The ladder in non-centred coordinates against its textbook form."""

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from vae import models
from vae.config import LadderConfig, MlpConfig


@pytest.fixture
def model() -> models.LadderVAE:
    """Three latent layers, with weights large enough for the layers to matter to each other."""
    torch.manual_seed(0)
    config = LadderConfig(
        shape=(1, 8, 8), backbone=MlpConfig(hidden=(16,)), latent_dims=(3, 2, 2), widths=(12, 8, 6)
    )
    ladder = models.LadderVAE(config)
    with torch.no_grad():
        for weights in ladder.parameters():
            weights.mul_(1.8)
    return ladder


def values(model: models.LadderVAE, z: Tensor) -> tuple[list[Tensor], list[Normal]]:
    """Each layer's value u = mu_p + sigma_p z and its prediction N(mu_p, sigma_p), bottom first."""
    top = z[:, 5:]
    predictions = [Normal(torch.zeros_like(top), torch.ones_like(top))]
    taken = [top]
    for units, network in [(slice(3, 5), model.top_down[1]), (slice(0, 3), model.top_down[0])]:
        p = network(taken[0])
        predictions.insert(0, Normal(p.mu, (p.logvar / 2).exp()))
        taken.insert(0, p.mu + (p.logvar / 2).exp() * z[:, units])
    return taken, predictions


def posteriors(model: models.LadderVAE, x: Tensor, predictions: list[Normal]) -> list[Normal]:
    """Precision-weighted products of evidence and prediction (Sonderby et al. 2016, equation 15)."""
    features, products = model.encoder(x, None), []
    for layer, head, p in zip(model.bottom_up, model.evidence, predictions, strict=True):
        features = layer(features)
        evidence = head(features)
        precision = 1 / evidence.logvar.exp() + 1 / p.variance
        mean = (evidence.mu / evidence.logvar.exp() + p.mean / p.variance) / precision
        products.append(Normal(mean, precision.rsqrt()))
    return products


def test_kl_is_the_textbook_one(model: models.LadderVAE) -> None:
    """Each layer's KL equals that of the precision-weighted posterior in centred coordinates."""
    x = torch.rand(4, 1, 8, 8)
    inference = model.infer(x)
    _, predictions = values(model, inference.z[0])
    products = posteriors(model, x, predictions)
    theirs = [kl_divergence(q, p) for q, p in zip(products, predictions, strict=True)]
    torch.testing.assert_close(inference.kl[0], torch.cat(theirs, 1), rtol=1e-4, atol=1e-5)


def test_density_is_the_textbook_one(model: models.LadderVAE) -> None:
    """log q(z|x) is the centred density of u plus the log of the change of coordinates."""
    x = torch.rand(4, 1, 8, 8)
    draw = model.encode(x).sample()
    taken, predictions = values(model, draw.z[0])
    products = posteriors(model, x, predictions)
    centred = [q.log_prob(u) for q, u in zip(products, taken, strict=True)]
    jacobian = [p.scale.log() for p in predictions]
    theirs = torch.cat(centred, 1) + torch.cat(jacobian, 1)
    torch.testing.assert_close(draw.log_q[0], theirs, rtol=1e-4, atol=1e-4)


def test_decoding_prior_noise_is_ancestral_sampling(model: models.LadderVAE) -> None:
    """N(0, I) decoded is what sampling layer by layer from the top gives."""
    z = torch.randn(4, 7)
    taken, _ = values(model, z)
    logits = model.decoder(taken[0], None)
    torch.testing.assert_close(model.decode(z).mean, logits.sigmoid())


def test_kl_is_the_expected_log_ratio(model: models.LadderVAE) -> None:
    """The layers' closed-form KL, averaged, is E_q[log q(z|x) - log p(z)]."""
    x = torch.rand(2, 1, 8, 8)
    with torch.no_grad():
        inference = model.infer(x, samples=20_000, generator=torch.Generator().manual_seed(0))
        sampled = -(inference.log_weight + inference.recon).mean(0)
    torch.testing.assert_close(inference.kl.sum(2).mean(0), sampled, rtol=0.02, atol=0.02)


def test_samples_of_one_image_do_not_mix_with_another(model: models.LadderVAE) -> None:
    """Many samples at once are distributed as those of each image by itself."""
    x = torch.rand(2, 1, 8, 8)
    with torch.no_grad():
        together = model.encode(x).sample(20_000, torch.Generator().manual_seed(0)).z
        alone = model.encode(x[1:]).sample(20_000, torch.Generator().manual_seed(1)).z
    torch.testing.assert_close(together[:, 1].mean(0), alone[:, 0].mean(0), rtol=0, atol=0.05)


def test_groups_are_bottom_first(model: models.LadderVAE) -> None:
    """The units of z are the layers', from the pixels up."""
    assert model.latent_groups == (slice(0, 3), slice(3, 5), slice(5, 7))
    assert model.latent_dim == 7
