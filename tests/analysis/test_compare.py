"""Models measured side by side."""

import base64
import copy

import numpy as np
import pytest
import torch

from tests.training import tiny
from vae import models
from vae.analysis import evaluate
from vae.analysis.compare import SAMPLES, compare
from vae.errors import DataError
from vae.models import VAE


def _with_units_swapped(model: VAE) -> VAE:
    """The same model, its two units exchanged and the first turned round."""
    other = copy.deepcopy(model)
    weights = other.state_dict()
    rows, sign = torch.tensor([1, 0, 3, 2]), torch.tensor([-1.0, 1.0])
    turn = torch.cat([sign, torch.ones(2)])  # the log variances stay as they are
    for name in ("posterior.linear.weight", "posterior.linear.bias"):
        swapped = weights[name][rows]
        weights[name] = swapped * turn.view(-1, *[1] * (swapped.ndim - 1))
    weights["decoder.first.weight"] = weights["decoder.first.weight"][:, rows[:2]] * sign
    other.load_state_dict(weights)
    return other


def _model() -> VAE:
    """Weights large enough that codes differ."""
    model = models.build(tiny.VAE)
    assert isinstance(model, VAE)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model.eval()


def test_the_same_model_in_other_words() -> None:
    """A model with its units exchanged is matched unit by unit, and is worth the same."""
    model = _model()
    found = compare({"a": model, "b": _with_units_swapped(model)}, tiny.dataset(), pixels="fixed")
    a, b = found.models["a"], found.models["b"]
    assert (a.units, a.signs) == ((0, 1), (1, 1))
    assert sorted(zip(b.units, b.signs, strict=True)) == [(0, -1), (1, 1)]
    assert b.units[0] == 1
    assert min(b.correlations) == pytest.approx(1, abs=1e-3)
    assert b.kl == pytest.approx(a.kl, rel=1e-3)
    assert b.blur == pytest.approx(a.blur, abs=1e-3)


def test_the_numbers_are_those_of_an_evaluation() -> None:
    """Every model is measured as `evaluate` does, on the same pixels."""
    model, data = _model(), tiny.dataset()
    found = compare({"a": model}, data, pixels="fixed").models["a"]
    alone = evaluate(model, data, samples=SAMPLES, pixels="fixed")
    assert (found.nll, found.recon, found.kl) == (alone.nll, alone.recon, alone.kl)
    assert found.kl_per_unit == alone.kl_per_unit
    assert found.active_units == alone.active_units


def test_the_pictures_are_the_datas() -> None:
    """What travels with a comparison are its first images."""
    data = tiny.dataset()
    found = compare({"a": _model()}, data, pixels="grey")
    first = np.frombuffer(base64.b64decode(found.pictures[0]), np.uint8)
    np.testing.assert_array_equal(first, data.images.take(torch.tensor([0])).flatten().numpy())


@pytest.mark.parametrize("kind", ["cvae", "ladder", "full", "gaussian", "conv"])
def test_every_kind_of_vae(kind: str) -> None:
    """Conditional, hierarchical and others are measured, and units matched with themselves."""
    model = models.build(tiny.MODELS[kind])
    found = compare({"a": model}, tiny.dataset(), pixels="grey").models["a"]
    assert found.units == tuple(range(model.latent_dim))
    assert found.signs == (1,) * model.latent_dim
    assert len(found.kl_per_unit) == model.latent_dim


def test_images_that_a_model_cannot_take() -> None:
    """They are refused with a sentence."""
    with pytest.raises(DataError, match="images of"):
        compare({"a": _model()}, tiny.dataset(shape=(1, 12, 12)), pixels="grey")
