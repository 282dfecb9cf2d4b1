"""Curves for TensorBoard are written while the command line trains."""

from pathlib import Path

import pytest

from tests.cli.conftest import TINY, Call
from tests.export.test_tensorboard import records
from vae.jobs import Run


def test_curves_of_a_training_that_goes_on(call: Call, tmp_path: Path) -> None:
    """All that the run's own log says is in the files, and no step that counts is there twice."""
    run, curves = Run(tmp_path / "run"), tmp_path / "curves"
    assert call("train", *TINY, "--out", run.path, "--tensorboard", curves).code == 0
    saved = run.status.step
    answer = call("resume", run.path, "--epochs", 3, "--tensorboard", curves, "--quiet")
    assert (answer.code, answer.err) == (0, "")
    before, after = sorted(curves.iterdir())
    found = [record for file in (before, after) for record in records(file)]
    logged = [event for event in run.events().events if event.kind in ("step", "epoch")]
    assert [each.step for each in found if each.summary.value] == [each.step for each in logged]
    (began,) = (each.step for each in found if each.HasField("session_log"))
    assert began == saved + 1
    held_out = {value.tag: value.simple_value for value in found[-1].summary.value}
    assert held_out["held-out/loss"] == pytest.approx(run.status.held_out["loss"])


def test_another_trainings_curves_are_refused(call: Call, tmp_path: Path) -> None:
    """Before there is a run."""
    curves = tmp_path / "curves"
    assert call("train", *TINY, "--out", tmp_path / "one", "--tensorboard", curves).code == 0
    answer = call("train", *TINY, "--out", tmp_path / "two", "--tensorboard", curves)
    assert answer.code == 2
    assert "holds the curves of another training" in answer.err
    assert not (tmp_path / "two").exists()
