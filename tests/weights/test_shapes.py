"""The table of names and shapes against what torch builds."""

import pytest

from tests.training import tiny
from vae import models, objectives
from vae.config import (
    ConvConfig,
    CvaeConfig,
    FactorConfig,
    LadderConfig,
    MlpConfig,
    ModelConfig,
    VaeConfig,
)
from vae.weights import shapes

DEEP = MlpConfig(hidden=(9, 7, 5))
CONVOLUTIONS = ConvConfig(channels=(2, 3, 4), hidden=6)
CONFIGS: dict[str, ModelConfig] = tiny.MODELS | {
    "deep": VaeConfig(shape=(3, 16, 8), backbone=DEEP, latent_dim=3),
    "colour": VaeConfig(shape=(3, 16, 8), backbone=CONVOLUTIONS, latent_dim=3),
    "one convolution": VaeConfig(shape=(1, 8, 8), backbone=ConvConfig(channels=(2,), hidden=6)),
    "labels": CvaeConfig(shape=(1, 16, 16), backbone=CONVOLUTIONS, classes=4, posterior="full"),
    "deep labels": CvaeConfig(shape=(1, 8, 8), backbone=DEEP, classes=4),
    "high ladder": LadderConfig(
        shape=(1, 16, 16), backbone=CONVOLUTIONS, latent_dims=(4, 3, 2), widths=(7, 6, 5)
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_models_have_these_weights(name: str) -> None:
    """Of every kind of model the table has the names and shapes of its state_dict, and no more."""
    built = models.build(CONFIGS[name]).state_dict()
    assert shapes.of_model(CONFIGS[name]) == {n: tuple(t.shape) for n, t in built.items()}


def test_a_discriminator_has_these_weights() -> None:
    """So it is of FactorVAE's discriminator; other objectives have no weights."""
    config = FactorConfig(width=6)
    own = objectives.build(config, models.build(tiny.VAE)).state_dict()
    assert shapes.of_objective(config, 2) == {n: tuple(t.shape) for n, t in own.items()}
    assert not shapes.of_objective(tiny.config().objective, 2)
