"""Which moments are kept, and what a damaged folder still gives."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

from tests.training import tiny
from vae import models
from vae.config import MlpConfig
from vae.errors import CheckpointError
from vae.export import timeline
from vae.export.layers import read_weights
from vae.packed import LEVELS, pack
from vae.training import State, Witness, advance, begin_from, load_model, save_model
from vae.training.checkpoint import header_of, write_tensors


@pytest.mark.parametrize("stride", [1, 7])
def test_few_are_kept_and_none_is_missed_later(stride: int) -> None:
    """Never more than asked for, the first and the last among them; what is dropped stays dropped."""
    steps: list[int] = []
    for step in range(0, 3000, stride):
        steps.append(step)
        steps = sorted(timeline.kept(steps, 20))
        assert len(steps) <= 20
        assert steps[0] == 0
        assert steps[-1] == step
    assert len(steps) >= 10
    gaps = [b - a for a, b in pairwise(steps[:-1])]
    assert gaps[0] < gaps[-1], "a model changes most when it begins"


def test_damaged_moments_are_passed_over(tmp_path: Path) -> None:
    """Half a file, an empty one and a foreign one are no moments."""
    for step, content in enumerate((b"", b"half of", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ")):
        timeline.path_of(tmp_path, step).write_bytes(content)
    assert timeline.moments(tmp_path) == []
    assert timeline.held_out(tmp_path) is None
    assert timeline.moments(tmp_path / "nowhere") == []


def test_a_shipped_training_shows_what_the_run_shows(tmp_path: Path) -> None:
    """Few moments, codes the same, weights coarser: pictures differ by a grey level at most."""
    settings = tiny.config(tiny.VAE.replace(backbone=MlpConfig(hidden=(16,))))
    state = State.new(settings, tiny.dataset())
    witness = Witness(state, tiny.dataset())
    run, checkpoint = tmp_path / "run", tmp_path / "checkpoint"
    (run / timeline.FOLDER).mkdir(parents=True)
    checkpoint.mkdir()
    witness.write(run / timeline.FOLDER / timeline.HELD_OUT, state)
    for _ in range(12):
        witness.snapshot(timeline.path_of(run / timeline.FOLDER, state.step), state)
        advance(state)
    timeline.ship(run, checkpoint, 5)
    before = {moment.step: moment for moment in timeline.moments(run / timeline.FOLDER)}
    after = timeline.moments(checkpoint / timeline.FOLDER)
    assert len(after) == 5
    assert (after[0].step, after[-1].step) == (0, 11)
    assert timeline.held_out(checkpoint / timeline.FOLDER) is not None
    for moment in after:
        mine, theirs = (timeline.codes(m.path) for m in (moment, before[moment.step]))
        assert all((mine[name] == theirs[name]).all() for name in theirs)
        model = models.build(settings.model)
        pictures = []
        for m in (moment, before[moment.step]):
            weights = {k: torch.from_numpy(v).float() for k, v in read_weights(m.path).items()}
            model.load_state_dict(weights, strict=False)
            pictures.append(model.decode(torch.from_numpy(mine["codes"]).float()).mean)
        torch.testing.assert_close(*pictures, atol=1 / 255, rtol=0)


def test_a_training_can_begin_with_any_shipped_moment(tmp_path: Path) -> None:
    """A moment's packed weights within its grain; of the last one, the model itself, exactly."""
    run, checkpoint, settings = tmp_path / "run", tmp_path / "checkpoint", tiny.config()
    (run / timeline.FOLDER).mkdir(parents=True)
    checkpoint.mkdir()
    state, data = State.new(settings, tiny.dataset()), tiny.dataset()
    witness = Witness(state, data)
    witness.write(run / timeline.FOLDER / timeline.HELD_OUT, state)
    exact = {}
    for _ in range(5):
        witness.snapshot(timeline.path_of(run / timeline.FOLDER, state.step), state)
        exact[state.step] = {name: t.clone() for name, t in state.model.state_dict().items()}
        advance(state)
    save_model(checkpoint / "model.safetensors", state)
    timeline.ship(run, checkpoint, 3)
    exact[4] = state.model.state_dict()
    moments = timeline.moments(checkpoint / timeline.FOLDER)
    assert [moment.step for moment in moments] == [0, 1, 4]
    for moment in moments:
        assert moment.weights is not None
        branch = State.new(settings, data)
        begin_from(branch, moment.weights)
        grain = 0 if moment is moments[-1] else 1 / LEVELS
        for name, found in branch.model.state_dict().items():
            rows, theirs = (w.reshape(len(w), -1) for w in (found, exact[moment.step][name]))
            size = theirs.abs().amax(1, keepdim=True)
            assert bool(((rows - theirs).abs() <= grain * size).all()), name


def test_damaged_packed_weights_are_a_sentence(tmp_path: Path) -> None:
    """Half of the packed numbers are no model."""
    path = tmp_path / "moment.safetensors"
    state = State.new(tiny.config(), tiny.dataset())
    arrays, layout = pack({n: t.numpy() for n, t in state.model.state_dict().items()})
    tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    tensors["levels"] = tensors["levels"][: len(tensors["levels"]) // 2]
    write_tensors(path, tensors, {**header_of(state, "snapshot"), "packed": layout})
    with pytest.raises(CheckpointError, match="damaged"):
        load_model(path)
