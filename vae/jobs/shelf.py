"""Models on a shelf: copied, thrown away, taken back.

A model is a folder: a training's run directory, or a checkpoint without its training.
"""

import shutil
import tempfile
from itertools import count
from pathlib import Path

from vae.errors import RunError
from vae.files import unwritable
from vae.jobs.locks import locked
from vae.jobs.run import STATUS, Run

TRASH = ".trash"
"""Within the folder of runs; a name with a dot is nobody's run."""
LOCK = ".names.lock"
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
    root.mkdir(parents=True, exist_ok=True)
    # Aside, so that nobody sees half of it, and nobody else's copy of the same name is touched.
    aside = Path(tempfile.mkdtemp(prefix=".copy-", dir=root))
    try:
        shutil.copytree(folder, aside, ignore=_OF_A_WORKER, dirs_exist_ok=True, copy_function=_copy)
        if starter:
            Run(aside).ask(starter=starter)
        return move(aside, root, f"{folder.name}-copy")
    except OSError as error:
        raise RunError(f"{folder.name} could not be copied. {unwritable(root, error)}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _copy(source: str, target: str) -> None:
    """Copy a file; the first that cannot be copied ends it all, instead of a list of them."""
    try:
        shutil.copy2(source, target)
    except OSError as error:
        raise RunError(
            f"{Path(source).parent.name} could not be copied. {unwritable(Path(target), error)}"
        ) from error


def discard(folder: Path, root: Path) -> Path:
    """Take a model off the shelf; returns where `restore` finds it, until others have followed.

    Raises:
        RunError: it trains, or the folder of runs cannot be written to.
    """
    _check_rests(folder, "Stop it first")
    trash = root / TRASH
    try:
        trash.mkdir(exist_ok=True)
        place = move(folder, trash, folder.name)
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
    try:
        return move(place, root, place.name)
    except OSError as error:
        raise RunError(f"{place.name} cannot be taken back: it is gone for good.") from error


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


def move(folder: Path, to: Path, name: str) -> Path:
    """Move a model into a folder, under its name or the next that is free; OSError where it cannot be.

    Two that move at once would find the same name free, hence the lock.
    """
    with locked(to / LOCK, f"{to} and its names"):
        return folder.rename(vacant(to, name))


def vacant(root: Path, name: str) -> Path:
    """A path that is free: the name, or the name with a number."""
    names = (name if n == 1 else f"{name}-{n}" for n in count(1))
    return next(root / each for each in names if not (root / each).exists())


def _empty(trash: Path) -> None:
    """Remove for good what was thrown away longest ago."""
    thrown = (path for path in trash.iterdir() if path.name != LOCK)
    by_age = sorted(thrown, key=lambda path: path.stat().st_mtime)
    for path in by_age[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
