"""Every kind of model, on every backbone and image shape."""

from collections.abc import Callable

import pytest
import torch

from vae import models
from vae.config import (
    AutoencoderConfig,
    Backbone,
    ConvConfig,
    CvaeConfig,
    LadderConfig,
    MlpConfig,
    ModelConfig,
    Shape,
    VaeConfig,
    VampPriorConfig,
)
from vae.models.layers import Labelled

MLP = MlpConfig(hidden=(8, 6))
CONV = ConvConfig(channels=(3, 4), hidden=8)
KINDS: dict[str, Callable[[Shape, Backbone], ModelConfig]] = {
    "autoencoder": lambda s, b: AutoencoderConfig(shape=s, backbone=b, latent_dim=3),
    "vae": lambda s, b: VaeConfig(shape=s, backbone=b, latent_dim=3),
    "full": lambda s, b: VaeConfig(shape=s, backbone=b, latent_dim=3, posterior="full"),
    "vamp": lambda s, b: VaeConfig(
        shape=s, backbone=b, latent_dim=3, prior=VampPriorConfig(components=5)
    ),
    "cvae": lambda s, b: CvaeConfig(shape=s, backbone=b, latent_dim=3, classes=4),
    "ladder": lambda s, b: LadderConfig(shape=s, backbone=b, latent_dims=(2, 1), widths=(5, 4)),
}


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 28, 28), (1, 64, 64), (3, 64, 64)])
@pytest.mark.parametrize("backbone", [MLP, CONV], ids=["mlp", "conv"])
@pytest.mark.parametrize("kind", KINDS)
def test_encode_and_decode_shapes(kind: str, backbone: Backbone, shape: Shape) -> None:
    """Images become codes of three units, and codes images of the same shape with means in [0, 1]."""
    torch.manual_seed(0)
    model = models.build(KINDS[kind](shape, backbone))
    x = torch.rand(2, *shape)
    y = torch.tensor([0, 3]) if model.classes else None
    posterior = model.encode(x, y)
    pixels = model.decode(posterior.sample(1).z[0], y)
    assert posterior.mu.shape == posterior.logvar.shape == (2, 3)
    assert pixels.mean.shape == pixels.sample().shape == x.shape
    assert 0 <= pixels.mean.min() <= pixels.mean.max() <= 1
    assert pixels.log_prob(x).shape == (2,)


@pytest.mark.parametrize("latent_dim", [1, 256])
@pytest.mark.parametrize("posterior", ["diagonal", "full"])
def test_smallest_and_largest_code(latent_dim: int, posterior: str) -> None:
    """One latent unit and 256 of them both work, whatever the covariance."""
    config = VaeConfig.model_validate(
        {
            "latent_dim": latent_dim,
            "posterior": posterior,
            "backbone": {"hidden": (4,), "kind": "mlp"},
        }
    )
    inference = models.build(config).infer(torch.rand(2, 1, 28, 28), samples=3)
    assert inference.z.shape == inference.kl.shape == (3, 2, latent_dim)
    assert inference.log_weight.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_recon_belongs_to_its_sample(kind: str) -> None:
    """`recon[k, n]` is -log p(x_n | z[k, n]): samples and images are not mixed up."""
    torch.manual_seed(0)
    model = models.build(KINDS[kind]((1, 28, 28), MLP))
    x, y = torch.rand(3, 1, 28, 28), torch.tensor([0, 1, 3])
    inference = model.infer(x, y, samples=4)
    for k, n in [(0, 0), (1, 2), (3, 1)]:
        label = y[n : n + 1] if model.classes else None
        log_prob = model.decode(inference.z[k, n : n + 1], label).log_prob(x[n : n + 1])
        torch.testing.assert_close(inference.recon[k, n], -log_prob[0], rtol=1e-5, atol=1e-4)


def test_unconditional_model_ignores_labels() -> None:
    """Labels that a data set happens to have change nothing in a model that takes none."""
    model = models.build(KINDS["vae"]((1, 28, 28), MLP))
    x, y = torch.rand(2, 1, 28, 28), torch.tensor([0, 1])
    with_labels = model.infer(x, y, generator=torch.Generator().manual_seed(0))
    without = model.infer(x, None, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(with_labels.recon, without.recon)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backbone", [MLP, CONV], ids=["mlp", "conv"])
def test_decoder_starts_from_the_mean_image(backbone: Backbone, kind: str) -> None:
    """With the pixel layer's weights at zero, every code decodes to the data's mean."""
    model = models.build(KINDS[kind]((1, 28, 28), backbone))
    means = torch.rand(1, 28, 28) if backbone is MLP else torch.full((1, 28, 28), 0.3)
    kinds = torch.nn.Linear | torch.nn.ConvTranspose2d
    assert isinstance(model.decoder, Labelled)
    layers = [layer for layer in model.decoder.rest.modules() if isinstance(layer, kinds)]
    torch.nn.init.zeros_(layers[-1].weight)
    model.start_at(means)
    y = torch.tensor([1]) if model.classes else None
    decoded = model.decode(torch.randn(1, 3), y).mean[0]
    torch.testing.assert_close(decoded, means.clamp(0.001, 0.999), rtol=1e-5, atol=1e-6)
