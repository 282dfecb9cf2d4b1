"""Where runs are, what they are called, and all that there are."""

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from vae.config import RunConfig
from vae.errors import RunError
from vae.files import CONFIG_FILE, MODEL_FILE
from vae.jobs.run import STATUS, Run
from vae.jobs.status import Status


@dataclass(frozen=True)
class Entry:
    """A run in a list; of a broken one only its problem is known."""

    run: Run
    status: Status | None
    config: RunConfig | None
    problem: str
    """One sentence; empty where nothing is wrong."""
    since: datetime
    """When it was submitted, or its directory last changed."""


def root() -> Path:
    """The folder of runs: VAE_RUNS, or `runs` in the current folder."""
    return Path(os.environ.get("VAE_RUNS") or "runs").expanduser().absolute()


def runs(root: Path) -> list[Entry]:
    """All runs in a folder, newest first; of one that cannot be read, what is wrong with it."""
    found = (_look(path) for path in _folders(root) if _is_run(path))
    return sorted((each for each in found if each), key=lambda e: e.since, reverse=True)


def new_run(
    root: Path,
    config: RunConfig,
    state: Literal["queued", "stopped"] = "queued",
    begin: Path | None = None,
    starter: str = "",
) -> Run:
    """A new run in a folder, with a name such as `vae-z16-mnist-20261122-181530`."""
    model = config.model
    name = f"{model.kind}-z{model.latent_dim}-{config.data.name}-{datetime.now():%Y%m%d-%H%M%S}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        path = _make_folder(root, name)
    except OSError as error:
        raise RunError(
            f"No run can be created in {root} ({error.strerror}). "
            "Set VAE_RUNS to a folder that you may write to."
        ) from error
    return Run.create(path, config, state, begin, starter)


def _make_folder(root: Path, name: str) -> Path:
    """A folder that was not there before."""
    for path in (root / name, *(root / f"{name}-{number}" for number in range(2, 1000))):
        with suppress(FileExistsError):
            path.mkdir()
            return path
    raise FileExistsError(errno.EEXIST, f"{name} is there a thousand times")


def imported(root: Path) -> list[Path]:
    """The folders of models without their training that lie among the runs, by name."""
    return sorted(path for path in _folders(root) if _is_checkpoint(path))


def _folders(root: Path) -> list[Path]:
    """What lies in the folder of runs; a name with a dot is thrown away, or not whole yet."""
    try:
        return [path for path in root.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(
            f"{root} cannot be read ({error.strerror}). Set VAE_RUNS to a folder of runs."
        ) from error


def _is_run(path: Path) -> bool:
    """Whether this is a run, whole or not; a folder that may not be looked into counts as one."""
    try:
        whole = (path / CONFIG_FILE).exists() or (path / STATUS).exists()
        return path.is_dir() and whole and not _is_checkpoint(path)
    except OSError:
        return True


def _is_checkpoint(path: Path) -> bool:
    try:
        return (path / MODEL_FILE).is_file() and not (path / STATUS).exists()
    except OSError:
        return False


def _look(path: Path) -> Entry | None:
    """What can be said of a run; None where it went while it was looked at."""
    run = Run(path)
    try:
        status, config = run.status, run.config
    except (RunError, OSError) as error:
        try:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, OverflowError):
            changed = datetime.fromtimestamp(0, UTC)
        return Entry(run, None, None, str(error), changed)
    return Entry(run, status, config, "", status.submitted)
