"""Which moments are kept, and what a damaged folder still gives."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

from tests.training import tiny
from vae import models
from vae.config import MlpConfig
from vae.export import timeline
from vae.export.layers import read_weights
from vae.training import State, Witness, advance


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
    """Few moments, without the encoder; codes are the same, pictures differ by a grey level at most."""
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
        assert not moment.whole
        mine, theirs = (timeline.codes(m.path) for m in (moment, before[moment.step]))
        assert all((mine[name] == theirs[name]).all() for name in theirs)
        model = models.build(settings.model)
        pictures = []
        for m in (moment, before[moment.step]):
            weights = {k: torch.from_numpy(v).float() for k, v in read_weights(m.path).items()}
            model.load_state_dict(weights, strict=False)
            pictures.append(model.decode(torch.from_numpy(mine["codes"]).float()).mean)
        torch.testing.assert_close(*pictures, atol=1 / 255, rtol=0)
