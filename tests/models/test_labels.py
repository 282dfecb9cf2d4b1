"""Conditional models: labels by number, and weights that blend them."""

import pytest
import torch
from torch.nn import functional as F

from vae import models
from vae.config import Backbone, ConvConfig, CvaeConfig, MlpConfig

BACKBONES: list[Backbone] = [MlpConfig(hidden=(8,)), ConvConfig(channels=(3, 4), hidden=8)]


def build(backbone: Backbone) -> models.Model:
    """A conditional VAE of three classes."""
    torch.manual_seed(0)
    return models.build(CvaeConfig(shape=(1, 8, 8), backbone=backbone, classes=3, latent_dim=2))


@pytest.mark.parametrize("backbone", BACKBONES, ids=["mlp", "conv"])
def test_one_hot_weights_are_the_class(backbone: Backbone) -> None:
    """A one-hot row means the same as the class's number, on both sides."""
    model, x, y = build(backbone), torch.rand(3, 1, 8, 8), torch.tensor([2, 0, 1])
    weights = F.one_hot(y, 3).float()
    torch.testing.assert_close(model.encode(x, y).mu, model.encode(x, weights).mu)
    z = torch.randn(3, 2)
    torch.testing.assert_close(model.decode(z, y).mean, model.decode(z, weights).mean)


@pytest.mark.parametrize("backbone", BACKBONES, ids=["mlp", "conv"])
def test_label_changes_the_picture(backbone: Backbone) -> None:
    """One code decodes to another picture for another class."""
    model, z = build(backbone), torch.zeros(1, 2)
    first, second = (model.decode(z, torch.tensor([label])).mean for label in (0, 1))
    assert not torch.allclose(first, second)


def test_label_is_concatenation_to_a_linear_layer() -> None:
    """In the MLP, the label's bias equals a one-hot label beside the input."""
    model, x, y = build(BACKBONES[0]), torch.rand(3, 1, 8, 8), torch.tensor([2, 0, 1])
    encoder = model.encoder
    assert isinstance(encoder, models.layers.Labelled)
    assert encoder.label is not None
    linear = encoder.first[1]  # type: ignore[index]
    joint = torch.cat([linear.weight, encoder.label.weight], 1)
    inputs = torch.cat([x.flatten(1), F.one_hot(y, 3).float()], 1)
    theirs = encoder.rest(F.linear(inputs, joint, linear.bias))
    torch.testing.assert_close(encoder(x, y), theirs)
