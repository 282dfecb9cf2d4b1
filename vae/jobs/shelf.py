"""Models on a shelf: copied, thrown away, taken back.

A model is a folder: a training's run directory, or a checkpoint without its training.
"""

import shutil
from itertools import count
from pathlib import Path

from vae.errors import RunError
from vae.jobs.run import STATUS, Run

TRASH = ".trash"
"""Within the folder of runs; a name with a dot is nobody's run."""
KEPT = 10
"""Of what was thrown away, so many can be taken back."""

_OF_A_WORKER = shutil.ignore_patterns("worker.*", "control.*", ".*")


def duplicate(folder: Path, root: Path, starter: str = "") -> Path:
    """Copy a model into the folder of runs; returns the copy, which belongs to `starter`.

    A training must not be going on.

    Raises:
        RunError: it trains, or there is no room.
    """
    _check_rests(folder, "Pause or stop it first")
    copy = vacant(root, f"{folder.name}-copy")
    try:
        shutil.copytree(folder, copy, ignore=_OF_A_WORKER)
        if starter:
            Run(copy).ask(starter=starter)
    except OSError as error:  # shutil.Error too
        shutil.rmtree(copy, ignore_errors=True)
        raise RunError(
            f"{folder.name} could not be copied ({error.strerror or error}). Free some space."
        ) from error
    return copy


def discard(folder: Path, root: Path) -> Path:
    """Take a model off the shelf; returns where `restore` finds it, until others have followed.

    Raises:
        RunError: it trains, or the folder of runs cannot be written to.
    """
    _check_rests(folder, "Stop it first")
    trash = root / TRASH
    try:
        trash.mkdir(exist_ok=True)
        place = vacant(trash, folder.name)
        folder.rename(place)
        place.touch()  # its time says when it was thrown away
    except OSError as error:
        raise RunError(
            f"{folder} could not be removed ({error.strerror}). Check that you may write there."
        ) from error
    _empty(trash)
    return place


def restore(place: Path, root: Path) -> Path:
    """Put back what was thrown away; returns its folder.

    Raises:
        RunError: it is gone for good.
    """
    folder = vacant(root, place.name)
    try:
        place.rename(folder)
    except OSError as error:
        raise RunError(f"{place.name} cannot be taken back: it is gone for good.") from error
    return folder


def size(folder: Path) -> int:
    """Bytes that a model takes on the disk."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # removed meanwhile
            continue
    return total


def _check_rests(folder: Path, remedy: str) -> None:
    if (folder / STATUS).exists() and Run(folder).alive:
        raise RunError(f"{folder.name} is being trained. {remedy}.")


def vacant(root: Path, name: str) -> Path:
    """A path that is free: the name, or the name with a number."""
    names = (name if n == 1 else f"{name}-{n}" for n in count(1))
    return next(root / each for each in names if not (root / each).exists())


def _empty(trash: Path) -> None:
    """Remove for good what was thrown away longest ago."""
    by_age = sorted(trash.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
