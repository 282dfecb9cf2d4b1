"""Models are copied, thrown away and taken back as whole folders."""

import errno
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from tests.ui import tiny
from vae import jobs
from vae.errors import RunError
from vae.jobs import shelf
from vae.training import load_model


@pytest.fixture
def run(tmp_path: Path) -> jobs.Run:
    """A training that was stopped, among its like."""
    return tiny.stopped_run(tmp_path, tiny.config())


def test_a_copy_is_a_run_of_its_own(run: jobs.Run, tmp_path: Path) -> None:
    """The copy has the weights, and deleting the first leaves it whole."""
    copy = shelf.duplicate(run.path, tmp_path)
    run.delete()
    assert [entry.run.path for entry in jobs.runs(tmp_path)] == [copy]
    assert load_model(copy).config == tiny.config()


def test_what_is_thrown_away_comes_back(run: jobs.Run, tmp_path: Path) -> None:
    """It is gone from the list until it is restored, then as it was."""
    before = run.last.read_bytes()
    place = shelf.discard(run.path, tmp_path)
    assert jobs.runs(tmp_path) == []
    assert shelf.restore(place, tmp_path) == run.path
    assert run.last.read_bytes() == before


def test_a_taken_name_is_not_overwritten(run: jobs.Run, tmp_path: Path) -> None:
    """What comes back beside a folder of its name gets a number."""
    place = shelf.discard(run.path, tmp_path)
    run.path.mkdir()
    assert shelf.restore(place, tmp_path).name == f"{run.name}-2"


def test_the_trash_is_bounded(tmp_path: Path) -> None:
    """Of what was thrown away, the first are gone for good."""
    places = []
    for number in range(shelf.KEPT + 2):
        folder = tmp_path / f"model-{number}"
        folder.mkdir()
        places.append(shelf.discard(folder, tmp_path))
    assert [place.exists() for place in places] == [False, False] + [True] * shelf.KEPT
    with pytest.raises(RunError, match="gone for good"):
        shelf.restore(places[0], tmp_path)


def test_a_training_that_goes_on_is_left_alone(run: jobs.Run, tmp_path: Path) -> None:
    """Neither is it copied half, nor is its folder pulled from under it."""
    with run.working():
        with pytest.raises(RunError, match="being trained"):
            shelf.duplicate(run.path, tmp_path)
        with pytest.raises(RunError, match="Stop it first"):
            shelf.discard(run.path, tmp_path)


def test_two_that_copy_at_once(
    run: jobs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a whole copy of its own, even where both look for a name before either has one."""
    vacant, both = shelf.vacant, Barrier(2)

    def look(root: Path, name: str) -> Path:
        found = vacant(root, name)
        with suppress(BrokenBarrierError):  # the other one has to wait, as it should
            both.wait(0.5)
        return found

    monkeypatch.setattr(shelf, "vacant", look)
    with ThreadPoolExecutor(2) as pool:
        copies = [*pool.map(lambda _: shelf.duplicate(run.path, tmp_path), range(2))]
    assert {copy.name for copy in copies} == {f"{run.name}-copy", f"{run.name}-copy-2"}
    assert all(load_model(copy).config == tiny.config() for copy in copies)


def test_a_full_disk_is_a_sentence(
    run: jobs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that finds no room says so once, and leaves nothing."""

    def full(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copy2", full)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(RunError, match="The disk is full") as caught:
        shelf.duplicate(run.path, run.path.parent)
    assert "[(" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before
    assert jobs.runs(run.path.parent)[0].run == run


def test_size_counts_every_file(tmp_path: Path) -> None:
    """Bytes of all files, in folders too."""
    (tmp_path / "a").write_bytes(bytes(10))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(bytes(5))
    assert shelf.size(tmp_path) == 15
