"""What is said of a picture: the numbers themselves, and which models stand beside it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.ui import tiny
from ui import catalogue
from ui.catalogue import Entry
from ui.reconstruct import beside, measuring
from ui.reconstruct.measuring import SAMPLES, Measured
from ui.reconstruct.reconstruction import Answer
from ui.state import Picture
from vae.analysis import log_likelihood
from vae.data.embedded import embedded_digits
from vae.training import load_model

NO_PICTURE = np.zeros((1, 28, 28), np.float32)


def _entry(folder: Path) -> Entry:
    config = tiny.config()
    weights = tiny.ship(folder, config) / "model.safetensors"
    return Entry("small", "small", weights, config)


def _measured(**known: object) -> Measured:
    return Measured(recon=70.0, recon_error=0.0, mean=NO_PICTURE, mu=(0.0,), **known)  # type: ignore[arg-type]


def test_log_px_is_the_importance_weighted_bound(tmp_path: Path) -> None:
    """It agrees with vae.analysis.log_likelihood, and grows with the number of samples."""
    entry = _entry(tmp_path / "small")
    pixels = embedded_digits()[0][7].numpy().tobytes()
    found = measuring.measured(entry, pixels, None).result()
    x = embedded_digits()[0][7:8].float() / 255
    expected = log_likelihood(load_model(entry.weights).model, x, samples=20_000)
    assert found.log_px(SAMPLES) == pytest.approx(float(expected[0]), abs=0.5)
    bounds = [found.log_px(k) for k in (1, 2, 10, 50, SAMPLES)]
    assert bounds == sorted(bounds)
    assert found.elbo is not None
    assert bounds[0] == pytest.approx(found.elbo, abs=0.5)


def test_effective_samples() -> None:
    """Equal weights all count; where one weight is all, one counts."""
    assert _measured(log_weights=(-5.0,) * 8).effective_samples == pytest.approx(8)
    assert _measured(log_weights=(0.0, -100.0, -100.0)).effective_samples == pytest.approx(1)


def test_the_rank_is_the_share_below() -> None:
    """Three of four held-out pictures have a lower ELBO than -(70 + 20)."""
    usual = np.array([-120.0, -110.0, -95.0, -80.0])
    answer = Answer(Picture(b"", (1, 28, 28)), _measured(kl=20.0), usual, {}, ())
    assert answer.rank == 0.75


def test_held_out_scores_are_negative_sums(tmp_path: Path) -> None:
    """They are -(recon + kl) of held-out digits, ascending."""
    entry = _entry(tmp_path / "small")
    scores = measuring.usual(entry).result()
    model = load_model(entry.weights).model
    x = embedded_digits()[0][4500:5000].float() / 255
    with torch.no_grad():
        found = model.infer(x, samples=50)
        expected = -(found.recon + found.kl.sum(-1)).mean()
    assert len(scores) == 500
    assert (np.diff(scores) >= 0).all()
    assert scores.mean() == pytest.approx(float(expected), abs=0.5)


def test_shipped_models_stand_beside_each_other() -> None:
    """At first: an autoencoder, the smallest and the largest VAE of beta 1, and the largest beta."""
    found = catalogue.look(catalogue.shipped_folder(), Path("none")).entries
    fit = {key: e for key, e in found.items() if e.config.model.shape == (1, 28, 28)}
    mnist = {key: e for key, e in fit.items() if key != "cvae-z16"}
    chosen = beside.contrasts(found["cvae-z16"], mnist)
    assert chosen == ["autoencoder-z2", "vae-z2", "vae-z16", "beta-16"]
