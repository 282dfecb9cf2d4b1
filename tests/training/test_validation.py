"""The held-out numbers: of all images, and the same for the same weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training import tiny
from vae.config import DataConfig
from vae.events import Epoch
from vae.training import State, train
from vae.training.validation import Validation

GREY = DataConfig(name="folder", path=Path("nowhere"), size=8, pixels="grey")


def measured_by_hand() -> tuple[torch.Tensor, dict[str, Any]]:
    """The reconstruction of each of 700 images by the model itself, and what the validation says."""
    state = State.new(tiny.config(tiny.MODELS["autoencoder"], data=GREY), tiny.dataset())
    held_out = tiny.dataset(700)
    x = held_out.images.take(torch.arange(700)).float() / 255
    with torch.no_grad():
        each = -state.model.decode(state.model.encode(x).mu).log_prob(x)
    return each.double(), Validation(state, held_out).measure(state)


def test_all_held_out_images_count() -> None:
    """The reconstruction is the mean over all 700 images, not over those that fill a batch."""
    each, measured = measured_by_hand()
    assert measured["held_out"]["recon"] == pytest.approx(each.mean().item(), rel=1e-6)


@pytest.mark.parametrize("pixels", ["dynamic", "fixed", "grey"])
def test_unchanged_weights_have_one_held_out_loss(pixels: str) -> None:
    """At a learning rate that moves nothing every epoch tells the same numbers."""
    settings = tiny.config(data=GREY.replace(pixels=pixels))
    still = settings.replace(train=settings.train.replace(learning_rate=1e-30))
    events = train(State.new(still, tiny.dataset()), tiny.dataset(700))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert len(epochs) == 4
    assert all(epoch.held_out == epochs[0].held_out for epoch in epochs)
    assert all(epoch.kl_per_unit == epochs[0].kl_per_unit for epoch in epochs)


def test_batches_of_the_training_do_not_matter() -> None:
    """Two trainings of one seed and different batch sizes begin with the same held-out numbers."""
    settings = tiny.config()
    small = settings.replace(train=settings.train.replace(batch_size=3))
    found = [
        Validation(state, tiny.dataset(700)).measure(state)
        for state in (State.new(each, tiny.dataset()) for each in (settings, small))
    ]
    assert found[0] == found[1]


def test_error_is_that_of_a_mean() -> None:
    """The standard error is the images' deviation over the root of their number."""
    each, measured = measured_by_hand()
    expected = np.std(each.numpy()) / np.sqrt(700)
    assert measured["held_out_error"] == pytest.approx(expected, rel=1e-5)
