"""What a folder of runs may hold, and who is told so."""

from pathlib import Path

import pytest

from tests.jobs.conftest import Configure
from vae.errors import RunError
from vae.jobs import new_run, submit
from vae.jobs.bounds import check_disk, check_visitor
from vae.jobs.shelf import TRASH


def _waiting(root: Path, config: Configure, count: int, starter: str) -> None:
    for _ in range(count):
        new_run(root, config(), starter=starter)


def _mb(root: Path, folder: str, count: int) -> None:
    """A folder with a file of so many megabytes, which take no room."""
    (root / folder).mkdir(parents=True)
    with (root / folder / "weights").open("wb") as file:
        file.truncate(count * 10**6)


def test_a_full_folder_takes_no_more(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond VAE_DISK no training begins, whoever asks, and the sentence says how much there is."""
    monkeypatch.setenv("VAE_DISK", "1")
    _mb(root, "one", 999)
    check_disk(root)
    _mb(root, "two", 301)
    with pytest.raises(RunError, match=r"take 1\.3 GB on the disk, and may take 1\. Delete some"):
        submit(config(), root)


def test_what_was_thrown_away_takes_no_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleting helps at once, though the last few can be taken back."""
    monkeypatch.setenv("VAE_DISK", "1")
    _mb(root, f"{TRASH}/one", 2000)
    check_disk(root)


def test_one_browser_has_a_tenth(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visitor may have a tenth of what may wait; another may still add theirs."""
    monkeypatch.setenv("VAE_WAITING", "20")
    _waiting(root, config, 1, "mine")
    check_visitor(root, "mine", trainings=1)
    with pytest.raises(RunError, match=r"Trainings that wait of this browser's: 1\. With 2 more"):
        check_visitor(root, "mine", trainings=2)
    check_visitor(root, "yours", trainings=2)


def test_all_together(root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who makes up a new browser for every training meets the bound for all."""
    monkeypatch.setenv("VAE_WAITING", "3")
    for number in range(3):
        _waiting(root, config, 1, f"made up {number}")
    with pytest.raises(RunError, match=r"of everybody's: 3\. With 1 more"):
        check_visitor(root, "another", trainings=1)


def test_models_that_are_there(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies and imports are bound too, and so are trainings that have ended."""
    monkeypatch.setenv("VAE_MODELS", "10")
    new_run(root, config(), "stopped", starter="mine")
    with pytest.raises(RunError, match="Models of this browser's: 1"):
        check_visitor(root, "mine", models=1)
    check_visitor(root, "yours", models=1)


def test_a_bound_that_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is no number is named."""
    monkeypatch.setenv("VAE_DISK", "lots")
    with pytest.raises(RunError, match="VAE_DISK must be a whole number"):
        check_disk(root)
