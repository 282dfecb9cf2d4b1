"""The recorded trainings that ship can be gone on from, at every moment."""

from pathlib import Path

import pytest
import torch

from vae.export import timeline
from vae.training import load_model

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
RECORDED = ("vae-z2", "autoencoder-z2")


@pytest.mark.parametrize("name", RECORDED)
def test_every_moment_encodes_as_it_did(name: str) -> None:
    """The weights that a branch begins with give the codes that were written from the exact ones."""
    folder = CHECKPOINTS / name / timeline.FOLDER
    held_out, moments = timeline.held_out(folder), timeline.moments(folder)
    assert held_out is not None
    x = torch.from_numpy(held_out.pictures).float() / 255
    assert len(moments) > 3
    for moment in moments:
        assert moment.weights is not None
        mu = torch.from_numpy(timeline.codes(moment.path)["mu"]).float()
        with torch.no_grad():
            found = load_model(moment.weights).model.encode(x).mu
        error = (found - mu[: len(x)]).square().mean().sqrt() / mu.std()
        assert error < 0.05, moment.step
