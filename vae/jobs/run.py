"""A run directory: everything about one training, readable by hand, unable to run code."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vae.config import Levers, RunConfig, parse
from vae.errors import ConfigError, RunError
from vae.events import Event
from vae.export import timeline
from vae.files import BEST_FILE, CONFIG_FILE, LAST_FILE, AnyPath, write_atomically
from vae.jobs import eventlog
from vae.jobs.eventlog import Chunk, Cursor
from vae.jobs.locks import locked
from vae.jobs.status import Status, Wish, now
from vae.untrusted import read_bytes, shortened

STATUS = "status.json"

PROBE_SECONDS = 0.02
"""How long a look at a lock tries: another look may hold it for some microseconds."""
ACQUIRE_SECONDS = 2.0
"""How long a worker tries for its lock, so that no look can keep it out."""

_KILLED = "The process ended without a word, as when it is killed or the machine is switched off."


class Control(BaseModel):
    """What a run is asked to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Wish = "run"
    until: int = 0
    """A pause begins at this step, at the earliest: single steps move it on."""
    pace: Annotated[float, Field(gt=0)] | None = None
    """Steps a second, for slow motion; None for as fast as it goes."""
    levers: Levers = Levers()
    """What was changed in mid-run, as it is to be now."""
    starter: str = ""
    """Tells the browser that started it, by a hash; empty where nobody claims it."""


@dataclass(frozen=True)
class Run:
    """A run by its directory; nothing is read before it is asked for.

    Several processes write into one directory. Settings and status are the worker's, and are changed
    by others only while they hold the worker's lock themselves (`working`). What the run is asked to
    do is anybody's to change, under a lock of its own (`change`).
    """

    path: Path

    def __post_init__(self) -> None:
        """The path as it is whatever the current folder becomes."""
        object.__setattr__(self, "path", Path(self.path).expanduser().absolute())

    @classmethod
    def create(
        cls,
        path: AnyPath,
        config: RunConfig,
        state: Literal["queued", "stopped"] = "queued",
        begin: Path | None = None,
        starter: str = "",
    ) -> "Run":
        """A new run in a directory that does not exist or is empty; relative data paths become absolute.

        `begin` is a file of weights to begin with, of which the run takes a copy.

        Raises:
            RunError: the directory holds something, or cannot be written to. Nothing is left of it then.
        """
        run = cls(Path(path))
        run._check_vacant()
        data = config.data
        if data.path is not None:
            data = data.replace(path=data.path.expanduser().absolute())
        try:
            run.samples.mkdir(parents=True, exist_ok=True)
            # The settings last: a directory is a run as soon as it has them.
            run.write_status(Status(state=state))
            run.ask("run", starter=starter)
            if begin is not None:
                write_atomically(run.start, _read_bytes(begin))
            run.write_config(config.replace(data=data))
        except (OSError, RunError) as error:
            shutil.rmtree(run.path, ignore_errors=True)
            if isinstance(error, RunError):
                raise
            raise RunError(
                f"{run.path} could not be created ({error.strerror}). "
                "Choose a folder that you may write to, on a disk that has room."
            ) from error
        return run

    @classmethod
    def open(cls, path: AnyPath) -> "Run":
        """The run in a directory; RunError where there is none."""
        run = cls(Path(path))
        if not run.exists:
            what = "holds no run" if run.path.exists() else "does not exist"
            raise RunError(
                f"{run.path} {what}. `python -m vae runs` lists the runs that there are."
            )
        return run

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.name

    @property
    def exists(self) -> bool:
        """Whether the directory holds a run."""
        return (self.path / CONFIG_FILE).is_file() and (self.path / STATUS).exists()

    @property
    def samples(self) -> Path:
        """The folder of pictures: `epoch-0003.png`, and `latest.png`."""
        return self.path / "samples"

    @property
    def snapshots(self) -> Path:
        """The folder of moments, for the time machine."""
        return self.path / timeline.FOLDER

    @property
    def start(self) -> Path:
        """The weights that the training begins with; without such a file with those of its seed."""
        return self.path / "start.safetensors"

    @property
    def last(self) -> Path:
        """The whole state as it was last saved."""
        return self.path / LAST_FILE

    @property
    def best(self) -> Path:
        """The model with the lowest held-out loss."""
        return self.path / BEST_FILE

    @property
    def log(self) -> Path:
        """What the worker printed when it was last started."""
        return self.path / "worker.log"

    # --- settings -------------------------------------------------------------------------------

    @property
    def config(self) -> RunConfig:
        """The settings; RunError where the file is missing or damaged."""
        path = self.path / CONFIG_FILE
        try:
            return parse(RunConfig, _read(path))
        except ConfigError as error:
            raise RunError(
                f"{path} is damaged or edited by hand: {error} Mend it, or train anew."
            ) from error

    def write_config(self, config: RunConfig) -> None:
        """Replace the settings."""
        write_atomically(self.path / CONFIG_FILE, config.model_dump_json(indent=2).encode() + b"\n")

    # --- status ---------------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """State and progress; `interrupted` where it says that a worker is there and none is.

        Raises:
            RunError: the file is missing or damaged.
        """
        status = self.read_status()
        if not status.has_worker or self.alive:
            return status
        status = self.read_status()  # the worker may have ended between the two looks
        if not status.has_worker:
            return status
        cause = f"{_KILLED} {self._remedy(status)}"
        return status.model_copy(update={"state": "interrupted", "cause": cause})

    def read_status(self) -> Status:
        """What status.json says, true or not."""
        path = self.path / STATUS
        try:
            return Status.model_validate_json(_read(path))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            why = first["msg"].removeprefix("Value error, ")
            what = shortened(f"{where}: {why}" if where else why, 200)
            raise RunError(
                f"{path} is damaged or edited by hand: {what}. Mend it, or delete the run."
            ) from error

    def write_status(self, status: Status) -> None:
        """Replace the status; on a full disk in place, so that the cause can still be told."""
        path = self.path / STATUS
        status = status.model_copy(update={"updated": now()})
        content = status.model_dump_json(indent=2).encode() + b"\n"
        try:
            write_atomically(path, content)
        except RunError:
            if not path.is_file():
                raise
            with suppress(OSError):
                _overwrite(path, content)
                return
            raise

    def _remedy(self, status: Status) -> str:
        if lines := tail(self.log):
            return f"It last printed: {lines}"
        if self.last.exists():
            return "Resume it: it goes on from what was last saved."
        return "Nothing was saved yet: resume it, and it begins again."

    # --- wishes ---------------------------------------------------------------------------------

    @property
    def control(self) -> Control:
        """All that the run is asked to do; RunError where control.json is damaged."""
        path = self.path / "control.json"
        if not path.exists():
            return Control()
        try:
            return Control.model_validate_json(_read(path))
        except ValidationError as error:
            raise RunError(
                f'{path} is damaged or edited by hand: it needs {{"wish": "run"}}, '
                '"pause" or "stop". Mend it, then resume.'
            ) from error

    @property
    def wish(self) -> Wish:
        """Whether the run is asked to go on, to wait or to end; RunError where that is damaged."""
        return self.control.wish

    def ask(self, wish: Wish | None = None, **more: Any) -> None:
        """Ask for something, and leave what else was asked; a worker obeys within two seconds."""
        changes = more | ({"wish": wish} if wish else {})
        self.change(lambda control: control.model_dump() | changes)

    def change(self, change: Callable[[Control], Mapping[str, Any]]) -> None:
        """Change what is asked, from what is asked at this moment: nobody else's wish is lost.

        Raises:
            RunError: the run is gone, or cannot be written to.
        """
        if not self.path.is_dir():
            raise RunError(f"{self.path} does not exist any more.")
        with locked(self.path / "control.lock", f"What {self.name} is asked to do"):
            try:
                control = self.control
            except RunError:
                control = Control()  # what is damaged is replaced
            asked = Control.model_validate(change(control))
            write_atomically(self.path / "control.json", asked.model_dump_json().encode() + b"\n")

    # --- events ---------------------------------------------------------------------------------

    def append(self, event: Event) -> None:
        """Add an event."""
        eventlog.append(self._events, event)

    def events(self, since: Cursor | None = None) -> Chunk:
        """The events after a cursor, or all of them.

        When a run was resumed, events that it had not saved are gone, so all come anew: `whole`.
        """
        return eventlog.read(self._events, since)

    def keep_events(self, step: int) -> None:
        """Drop the events after a step, which a worker that died had not saved."""
        eventlog.keep(self._events, step)

    @property
    def _events(self) -> Path:
        return self.path / "events.jsonl"

    # --- life -----------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether a worker holds the lock, which the kernel releases however it ends."""
        path = self.path / "worker.lock"
        if not path.exists():
            return False
        try:
            with FileLock(path).acquire(timeout=PROBE_SECONDS, poll_interval=PROBE_SECONDS / 4):
                return False
        except Timeout:
            return True
        except OSError:  # someone else's run, which may be read only
            return False

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the lock: for good as its worker, or for a moment to change settings or status.

        Raises:
            RunError: another process holds it, or the folder cannot be written to.
        """
        lock = FileLock(self.path / "worker.lock")
        try:
            lock.acquire(timeout=ACQUIRE_SECONDS)
        except Timeout:
            raise RunError(
                f"{self.path} is being worked on by another process. Wait for it, or stop it."
            ) from None
        except OSError as error:
            raise RunError(
                f"{self.path} cannot be written to ({error.strerror}). "
                "Train in a folder that you may write to."
            ) from error
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    def delete(self) -> None:
        """Remove the directory; RunError where a worker is in it."""
        with self.working():
            (self.path / CONFIG_FILE).unlink(missing_ok=True)  # from here on it is no run
        shutil.rmtree(self.path, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove half-written weights and pictures of a worker that was killed."""
        kinds = {self.path: ".*.safetensors.*", self.samples: ".*.png.*", self.snapshots: ".*.s*"}
        for folder, pattern in kinds.items():
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)

    def _check_vacant(self) -> None:
        try:
            if self.exists:
                raise RunError(
                    f"{self.path} holds a run already. Resume it, or choose another --out."
                )
            if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                what = "is not empty" if self.path.is_dir() else "is a file"
                raise RunError(f"{self.path} {what}. Choose another --out.")
        except OSError as error:
            raise RunError(
                f"{self.path} cannot be used ({error.strerror}). Choose another --out."
            ) from error


def tail(log: Path, size: int = 2000) -> str:
    """The last line that a log holds; empty where it holds none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - size))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _read(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8")
    except FileNotFoundError:
        raise RunError(f"{path} is missing: its folder holds no whole run. Train anew.") from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no UTF-8 text"
        raise RunError(f"{path} cannot be read ({why}).") from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(
            f"{path} cannot be read ({error.strerror}): the moment may have been thinned out. "
            "Pick another."
        ) from error


def _overwrite(path: Path, content: bytes) -> None:
    """Write into the blocks that a small file has already."""
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()
