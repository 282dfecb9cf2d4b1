"""A model's codes of sprites, by their place among all."""

import numpy as np
import pytest
import torch

from tests.training import tiny
from vae import models
from vae.analysis.disentanglement import Encoded, Factors
from vae.config import ModelConfig
from vae.data.sprites import SpriteImages, factors_to_index
from vae.errors import DataError

INDEX = np.array([5, 700_000, 5, 123])


def build(kind: str) -> models.Model:
    """A small model of sprites."""
    config: ModelConfig = tiny.MODELS[kind].replace(shape=(1, 64, 64))
    return models.build(config)


def test_factors_are_the_sprites_own() -> None:
    """Places and values lead to each other as those of the data do."""
    values = torch.from_numpy(Factors().values(INDEX))
    assert factors_to_index(values).tolist() == INDEX.tolist()
    assert Factors().index(values.numpy()).tolist() == INDEX.tolist()


@pytest.mark.parametrize("kind", ["vae", "full", "cvae", "ladder", "autoencoder"])
def test_means_are_the_encoders(kind: str) -> None:
    """Each image has the mean that the encoder gives it alone; a conditional one is told the shape."""
    model = build(kind)
    codes = Encoded(model)(INDEX)
    x = SpriteImages().take(torch.from_numpy(INDEX)).float() / 255
    y = torch.tensor([0, 2, 0, 0]) if model.classes else None
    torch.testing.assert_close(torch.from_numpy(codes), model.encode(x, y).mu.detach())


def test_samples_are_spread_as_the_posterior_says() -> None:
    """Standardised by mean and deviation of q(z|x), samples of many images are N(0, 1)."""
    model = build("vae")
    index = np.arange(0, 700_000, 350)
    codes = torch.from_numpy(Encoded(model, "sample", seed=1)(index))
    q = model.encode(SpriteImages().take(torch.from_numpy(index)).float() / 255)
    noise = (codes - q.mu.detach()) * torch.exp(-0.5 * q.logvar.detach())
    assert noise.mean().abs() < 0.06
    assert noise.std().sub(1).abs() < 0.06


def test_an_image_keeps_its_sample() -> None:
    """Asked for twice, an image has one code; another seed gives it another."""
    model = build("vae")
    codes = Encoded(model, "sample", seed=1)
    first = codes(INDEX)
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first, codes(INDEX))
    assert not np.array_equal(first, Encoded(model, "sample", seed=2)(INDEX))


def test_a_model_of_other_images() -> None:
    """Digits have no such factors: both shapes are named."""
    with pytest.raises(DataError, match=r"\(1, 64, 64\).*\(1, 8, 8\)"):
        Encoded(models.build(tiny.VAE))
