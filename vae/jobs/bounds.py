"""How much a folder of runs may hold: in bytes, whoever asks; in number, when a visitor asks.

Who sits at the machine or its command line is bound by the disk alone.
"""

import os
from pathlib import Path

from vae.errors import RunError
from vae.jobs.listing import Entry, imported, runs
from vae.jobs.run import Run
from vae.jobs.shelf import TRASH, size

DISK = ("VAE_DISK", 20)
"""GB that the folder may take, besides what was thrown away last."""
WAITING = ("VAE_WAITING", 50)
"""Trainings that may wait; a tenth of them of one browser."""
MODELS = ("VAE_MODELS", 200)
"""Runs and imported models that there may be; a tenth of them of one browser."""
SHARE = 10
GB = 10**9


def check_disk(root: Path) -> None:
    """RunError where the folder of runs takes as much as it may."""
    limit = _limit(DISK)
    taken = sum(size(path) for path in _folders(root))
    if taken >= limit * GB:
        raise RunError(
            f"The models in {root.name} take {taken / GB:.1f} GB on the disk, and may take {limit}. "
            f"Delete some on the page Models, or start the app with {DISK[0]} set to more GB."
        )


def check_visitor(root: Path, starter: str, *, trainings: int = 0, models: int = 0) -> None:
    """RunError where a visitor has, or all together have, as much as they may.

    `trainings` are to be added to those that wait, `models` to those that are there.
    """
    entries = runs(root)
    waiting = [e.run.path for e in entries if _waits(e)]
    there = [*(entry.run.path for entry in entries), *imported(root)]
    if trainings:
        _check(WAITING, "Trainings that wait", waiting, starter, trainings)
    _check(MODELS, "Models", there, starter, trainings + models)


def _check(bound: tuple[str, int], what: str, found: list[Path], starter: str, added: int) -> None:
    limit = _limit(bound)
    own = sum(_starter(path) == starter for path in found)
    share = max(1, limit // SHARE)
    if own + added > share:
        raise RunError(
            f"{what} of this browser's: {own}. With {added} more it would have more than the {share} "
            "that are allowed. Wait, or delete some of them."
        )
    if len(found) + added > limit:
        raise RunError(
            f"{what} of everybody's: {len(found)}. With {added} more there would be more than the "
            f"{limit} that are allowed. Wait, or ask who runs this app to set {bound[0]} to more."
        )


def _waits(entry: Entry) -> bool:
    return entry.status is not None and entry.status.state == "queued"


def _starter(folder: Path) -> str:
    try:
        return Run(folder).control.starter
    except RunError:
        return ""


def _folders(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.name != TRASH]
    except OSError:
        return []


def _limit(bound: tuple[str, int]) -> int:
    name, default = bound
    given = os.environ.get(name) or str(default)
    if not given.isdecimal():
        raise RunError(
            f"{name} must be a whole number, such as {default}. Correct it, or unset it."
        )
    return int(given)
