"""A folder's classes on the command line: from the training to other pictures of them."""

import json
from pathlib import Path

import pytest

from tests.data.made_up import plain
from vae.cli import run as command


def pictures(root: Path, *names: str) -> Path:
    """A folder of twelve pictures of each class, as bright as its place among the names."""
    for place, name in enumerate(names):
        (root / name).mkdir(parents=True)
        for number in range(12):
            (root / name / f"{number}.png").write_bytes(plain(20 * place + number))
    return root


def settings(run: Path) -> dict[str, object]:
    """What the run's config.json says of its model."""
    model = json.loads((run / "config.json").read_text(encoding="utf-8"))["model"]
    assert isinstance(model, dict)
    return model


def trained(tmp_path: Path, *more: str) -> tuple[int, Path]:
    """A training of one epoch on the classes 1, 2 and 10: its exit code, and where it is."""
    own, run = pictures(tmp_path / "own", "1", "2", "10"), tmp_path / "run"
    words = "train --model cvae --data folder --image-size 8 --hidden 4 --latent-dim 2 --epochs 1"
    return command([*words.split(), "--data-dir", str(own), "--out", str(run), *more]), run


def measured(run: Path, own: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `evaluate` says of other pictures."""
    words = ["evaluate", str(run), "--split", "all", "--samples", "2", "--data-dir", str(own)]
    command([*words, "--json"])
    out, error = capsys.readouterr()
    return out + error


def test_names_are_kept_and_other_data_is_matched_by_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Number and names follow from the folder; some of the classes will do, an unknown one is refused."""
    code, run = trained(tmp_path)
    assert code == 0
    assert (settings(run)["classes"], settings(run)["names"]) == (3, ["1", "2", "10"])
    capsys.readouterr()
    assert '"nll"' in measured(run, pictures(tmp_path / "some", "10", "2"), capsys)
    assert "not learned: 0." in measured(run, pictures(tmp_path / "other", "1", "0"), capsys)


def test_another_number_of_classes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that contradicts the data is refused with what to do."""
    code, _ = trained(tmp_path, "--set", "model.classes=10")
    assert code == 2
    assert "has 3 classes (1, 2, 10), the settings ask for 10. Drop" in capsys.readouterr().err
