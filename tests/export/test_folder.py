"""Checkpoint folders."""

from pathlib import Path

import pytest
import torch

from tests.training import tiny
from vae.config import RunConfig, parse
from vae.errors import CheckpointError, ExportError
from vae.export import export_checkpoint
from vae.training import State, advance, load_model, save_state


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run that has come as far as its first steps."""
    folder = tmp_path / "run"
    folder.mkdir()
    state = State.new(tiny.config(), tiny.dataset())
    advance(state)
    save_state(folder / "last.safetensors", state)
    return folder


@pytest.mark.parametrize("half", [False, True], ids=["single", "half"])
def test_folder_holds_the_runs_model(run_folder: Path, tmp_path: Path, half: bool) -> None:
    """The exported model is the run's, exactly, or to half precision."""
    folder = export_checkpoint(run_folder, tmp_path / "deep" / "shipped", half=half)
    ours, theirs = load_model(folder), load_model(run_folder)
    assert (ours.config, ours.step) == (theirs.config, theirs.step)
    for mine, wanted in zip(ours.model.parameters(), theirs.model.parameters(), strict=True):
        tolerance = 1e-3 if half else 0
        torch.testing.assert_close(mine, wanted, rtol=tolerance, atol=tolerance)


def test_half_is_half_the_size(run_folder: Path, tmp_path: Path) -> None:
    """float16 takes two bytes a weight where float32 takes four."""
    count = sum(p.numel() for p in load_model(run_folder).model.parameters())
    sizes = []
    for half in (False, True):
        folder = export_checkpoint(run_folder, tmp_path / str(half), half=half)
        sizes.append((folder / "model.safetensors").stat().st_size)
    assert sizes[0] - sizes[1] == pytest.approx(2 * count, abs=600)


def test_settings_can_be_read_by_themselves(run_folder: Path, tmp_path: Path) -> None:
    """`config.json` holds the settings of the run."""
    folder = export_checkpoint(run_folder, tmp_path / "shipped")
    assert parse(RunConfig, (folder / "config.json").read_text()) == tiny.config()


def test_checkpoint_can_be_exported_again(run_folder: Path, tmp_path: Path) -> None:
    """A folder of a checkpoint is as good a source as a run."""
    first = export_checkpoint(run_folder, tmp_path / "first")
    second = export_checkpoint(first, tmp_path / "second", half=True)
    assert load_model(second).step == 1


def test_nothing_to_export(tmp_path: Path) -> None:
    """A run without weights is an error, and leaves no empty folder behind."""
    with pytest.raises(CheckpointError, match="does not exist"):
        export_checkpoint(tmp_path / "none", tmp_path / "shipped")
    assert not (tmp_path / "shipped").exists()


def test_folder_that_is_a_file(run_folder: Path, tmp_path: Path) -> None:
    """A target that cannot be a folder is a clear error."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(ExportError, match="cannot be made"):
        export_checkpoint(run_folder, tmp_path / "taken")
