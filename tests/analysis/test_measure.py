"""Images as points: what a model says of each."""

import numpy as np
import pytest
import torch

from tests.ui import tiny
from vae.analysis import evaluate
from vae.analysis.measure import points, values
from vae.config import DataConfig
from vae.data import load
from vae.data.sprites import load_sprites
from vae.training import State


@pytest.fixture(scope="module")
def state() -> State:
    """A small model, not trained."""
    torch.manual_seed(0)
    return tiny.state(tiny.config())


def test_the_mean_of_the_numbers_is_the_evaluation(state: State) -> None:
    """recon, kl and log p(x) by image average to what `evaluate` measures, but for its noise."""
    data = load(DataConfig(name="embedded"), "test").first(100)
    found = values(state.model, data, pixels="grey", samples=20)
    theirs = evaluate(state.model, data, samples=20, pixels="grey")
    assert theirs.kl is not None
    assert theirs.nll is not None
    assert found["kl"].mean() == pytest.approx(theirs.kl, rel=1e-4)
    assert found["recon"].mean() == pytest.approx(theirs.recon, rel=0.01)
    assert found["log_px"].mean() == pytest.approx(-theirs.nll, rel=0.01)


def test_no_samples_no_bound(state: State) -> None:
    """Without importance samples log p(x) is left out; the rest is there for every image."""
    data = load(DataConfig(name="embedded"), "test").first(30)
    found = values(state.model, data, pixels="grey", samples=0)
    assert {name: len(column) for name, column in found.items()} == {"recon": 30, "kl": 30}


def test_a_plain_autoencoder_has_no_spread() -> None:
    """Its points have means alone, and a reconstruction."""
    plain = tiny.state(tiny.config({"kind": "autoencoder"}))
    data = load(DataConfig(name="embedded"), "test").first(30)
    assert points(plain.model, data).logvar is None
    assert list(values(plain.model, data, pixels="grey")) == ["recon"]


def test_sprites_have_factors() -> None:
    """Each image's are those that it was drawn by."""
    settings = tiny.config({"shape": (1, 64, 64)}, data={"name": "sprites"})
    data = load_sprites("test").first(20)
    found = points(tiny.state(settings).model, data, limit=12)
    assert list(found.factors) == ["shape", "scale", "orientation", "x", "y"]
    assert data.labels is not None
    np.testing.assert_array_equal(found.factors["shape"], data.labels[:12].numpy())
    assert len(found) == 12
