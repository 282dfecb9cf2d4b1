"""Snapshots: what a moment shows, at what size, and that taking them changes nothing."""

from pathlib import Path

import pytest
import torch

from tests.training import tiny
from tests.training.test_resume import assert_same
from vae.errors import CheckpointError
from vae.export import timeline
from vae.training import State, Witness, advance, begin_from, load_model, snapshot_size


@pytest.mark.parametrize("kind", tiny.MODELS)
def test_taking_them_changes_nothing(kind: str, tmp_path: Path) -> None:
    """A training that is photographed at every step is the training that is not."""
    data = tiny.dataset()
    seen, unseen = (State.new(tiny.config(tiny.MODELS[kind]), data) for _ in range(2))
    witness = Witness(seen, data)
    for _ in range(4):
        witness.snapshot(timeline.path_of(tmp_path, seen.step), seen)
        advance(seen)
        advance(unseen)
    assert_same(seen, unseen)


def test_what_it_says_is_true(tmp_path: Path) -> None:
    """Codes, reconstruction and KL are those of the model, on the pictures that are kept."""
    data = tiny.dataset()
    state = State.new(tiny.config(), data)
    advance(state)
    witness = Witness(state, data)
    witness.write(tmp_path / timeline.HELD_OUT, state)
    witness.snapshot(timeline.path_of(tmp_path, 1), state)
    (moment,) = timeline.moments(tmp_path)
    held_out = timeline.held_out(tmp_path)
    assert held_out is not None
    assert held_out.labels[:3] == (0, 1, 2)
    x = torch.from_numpy(held_out.pictures).float() / 255
    mu = torch.from_numpy(timeline.codes(moment.path)["mu"]).float()
    with torch.no_grad():
        torch.testing.assert_close(mu[: len(x)], state.model.encode(x).mu, atol=2e-3, rtol=2e-3)
    assert moment.step == 1
    assert moment.epoch == pytest.approx(1 / 3)
    assert len(moment.kl_per_unit) == 2
    assert moment.recon > 0


def test_a_training_begins_with_its_weights(tmp_path: Path) -> None:
    """A branch has the moment's weights as float16 kept them; another model is refused."""
    data = tiny.dataset()
    state = State.new(tiny.config(), data)
    for _ in range(3):
        advance(state)
    path = timeline.path_of(tmp_path, 3)
    Witness(state, data).snapshot(path, state)
    branch = State.new(tiny.config(), data)
    begin_from(branch, path)
    for mine, theirs in zip(branch.model.parameters(), state.model.parameters(), strict=True):
        assert torch.equal(mine, theirs.half().float())
    with pytest.raises(CheckpointError, match="another model"):
        begin_from(State.new(tiny.config(tiny.MODELS["conv"]), data), path)


def test_a_decoder_alone_is_smaller_and_no_beginning(tmp_path: Path) -> None:
    """It can be looked at, and says that it is not the whole model."""
    data = tiny.dataset()
    state = State.new(tiny.config(), data)
    path = timeline.path_of(tmp_path, 0)
    Witness(state, data).snapshot(path, state, "decoder")
    assert snapshot_size(state.model, "decoder") < snapshot_size(state.model)
    assert timeline.moments(tmp_path)[0].weights is None
    with pytest.raises(CheckpointError):
        load_model(path)
