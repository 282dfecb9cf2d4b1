"""Maps in the making: a folder each in the cache, named by what the map is made of.

`request.json` (the settings), `codes.npy`, `status.json` (written atomically), `control.json` (what
it is asked to do), and for each of the settings `places-0.npy`, as it is so far. The same codes and
settings lead to the same folder, so what was made once is there. Importing this does not import torch.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from vae.errors import RunError
from vae.files import cache_folder, write_atomically
from vae.jobs import shelf
from vae.jobs.run import tail
from vae.jobs.status import Wish
from vae.projection import Settings

State = Literal["new", "running", "paused", "done", "stopped", "failed", "interrupted"]
"""`new` and `interrupted` are never written: nothing was begun, or its process died without a word."""
ALIVE: tuple[State, ...] = ("running", "paused")

LIMIT = 512 * 2**20
"""Bytes of all maps in the cache; what was used longest ago goes first."""
MOST = 8
"""Maps in the making, of which all but one wait: each is a process."""
PROBE_SECONDS = 0.02
ACQUIRE_SECONDS = 10.0
"""How long who starts a map, or makes it, tries for its lock: others hold it for moments."""
Places = npt.NDArray[np.float32]


class Status(BaseModel):
    """Where a map stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State = "new"
    cause: str = ""
    """Why it ended, in a sentence; empty where it was asked to, or is not over."""
    busy: str = ""
    """What goes on before points move."""
    step: int = 0
    total: int = 0
    seconds: float = 0
    """Since it began, without pauses."""


class Request(BaseModel):
    """Maps to be made of the same codes, one after the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: tuple[Settings, ...]


@dataclass(frozen=True)
class MapJob:
    """A map, or several, by its folder."""

    path: Path

    @classmethod
    def of(cls, codes: Places, settings: Sequence[Settings]) -> "MapJob":
        """The job for these codes and settings; nothing is written yet."""
        wanted = Request(settings=tuple(settings)).model_dump_json()
        codes = np.ascontiguousarray(codes, np.float32)
        digest = hashlib.sha256(f"{wanted} {codes.shape} ".encode() + codes.tobytes()).hexdigest()
        return cls(cache_folder() / "maps" / digest[:40])

    # --- what is there --------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """State and progress; `interrupted` where it says that a process is there and none is."""
        status = self.read_status()
        if status.state not in ALIVE or self.alive:
            return status
        status = self.read_status()  # it may have ended between the two looks
        if status.state not in ALIVE:
            return status
        last = tail(self.path / "worker.log")
        cause = f"Its process ended without a word. {'It last printed: ' + last if last else ''}"
        return status.model_copy(update={"state": "interrupted", "cause": cause.strip()})

    def read_status(self) -> Status:
        """What status.json says; `new` where there is none or it is damaged: the map is made anew."""
        with suppress(OSError, ValidationError):
            return Status.model_validate_json((self.path / "status.json").read_text("utf-8"))
        return Status()

    def write_status(self, status: Status) -> None:
        """Replace the status."""
        write_atomically(self.path / "status.json", status.model_dump_json().encode(), flush=False)

    def places(self, number: int = 0) -> Places | None:
        """A map as it is so far, or in the end; None where no point has a place yet."""
        try:
            found: Places = np.load(self.path / f"places-{number}.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return found

    def write_places(self, places: Places, number: int) -> None:
        """Replace a map."""
        write_atomically(self.path / f"places-{number}.npy", _npy(places), flush=False)

    def request(self) -> tuple[Places, Request]:
        """The codes, and what is to be made of them."""
        try:
            codes: Places = np.load(self.path / "codes.npy", allow_pickle=False)
            text = (self.path / "request.json").read_text("utf-8")
            return codes, Request.model_validate_json(text)
        except (OSError, ValueError, EOFError) as error:
            raise RunError(f"{self.path} holds no whole request. Ask for the map anew.") from error

    # --- what it is asked to do -----------------------------------------------------------------

    @property
    def wish(self) -> Wish:
        """What the process is asked to do."""
        with suppress(OSError, ValueError):
            wish = json.loads((self.path / "control.json").read_text("utf-8"))["wish"]
            return wish if wish in ("pause", "stop") else "run"
        return "run"

    def ask(self, wish: Wish) -> None:
        """Ask for something; it is obeyed within a second or two."""
        if self.path.is_dir():
            write_atomically(self.path / "control.json", json.dumps({"wish": wish}).encode())

    def start(self, codes: Places, settings: Sequence[Settings]) -> None:
        """Have a process make it that outlives this one; nothing where it is made, or being made.

        Raises:
            RunError: too many are being made, or the cache cannot be written to.
        """
        if self.status.state in (*ALIVE, "done"):
            self.ask("run")
            return
        if _making(self.path.parent) >= MOST:
            raise RunError(
                f"{MOST} maps are being made, one at a time. Wait until one is ready, or stop one."
            )
        _make_room(self.path.parent)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # Until its process can be seen, the lock says that the map is being made.
            with suppress(Timeout), self.lock().acquire(timeout=ACQUIRE_SECONDS):
                if self.read_status().state != "done" and not self._starting():
                    self._begin(codes, Request(settings=tuple(settings)))
        except OSError as error:
            raise RunError(
                f"{self.path.parent} cannot be written to ({error.strerror}). "
                "Set VAE_CACHE to a folder that you may write to."
            ) from error

    def _begin(self, codes: Places, request: Request) -> None:
        for old in self.path.glob("places-*.npy"):
            old.unlink(missing_ok=True)
        write_atomically(self.path / "codes.npy", _npy(codes.astype(np.float32)))
        write_atomically(self.path / "request.json", request.model_dump_json().encode())
        self.ask("run")
        self.write_status(Status(state="running", busy="Starting"))
        self._spawn()

    def _spawn(self) -> None:
        command = [sys.executable, "-m", "vae.jobs.map_worker", str(self.path)]
        detached: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
            detached = {"creationflags": flags}
        try:
            with (self.path / "worker.log").open("wb") as log:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=Path(__file__).parents[2],
                    env=os.environ
                    | {"OMP_WAIT_POLICY": "passive"},  # threads that wait leave the cores
                    **detached,
                )
        except OSError as error:
            self.write_status(Status(state="failed", cause=f"No process starts ({error})."))
            return
        (self.path / "worker.pid").write_text(str(process.pid), encoding="utf-8")
        threading.Thread(target=process.wait, daemon=True).start()  # or it would stay a zombie

    # --- life -----------------------------------------------------------------------------------

    def lock(self) -> FileLock:
        """Held by the process that makes the map; the kernel releases it however that ends."""
        return FileLock(self.path / "worker.lock")

    @property
    def alive(self) -> bool:
        """Whether a process makes it, or is just about to."""
        if not self.path.is_dir():
            return False
        try:
            with self.lock().acquire(timeout=PROBE_SECONDS, poll_interval=PROBE_SECONDS / 4):
                return self._starting()
        except Timeout:
            return True
        except OSError:
            return False

    def _starting(self) -> bool:
        """Whether the process that was started has not come to its lock yet."""
        if self.read_status().busy != "Starting":
            return False
        with suppress(OSError, ValueError):
            pid = int((self.path / "worker.pid").read_text("utf-8"))
            return _runs(pid)
        return False


def _runs(pid: int) -> bool:
    import psutil  # noqa: PLC0415

    try:
        process = psutil.Process(pid)
        words = process.cmdline()  # none yet of a process that begins at this moment
        return process.status() != psutil.STATUS_ZOMBIE and (
            not words or "map_worker" in " ".join(words)
        )
    except psutil.Error:
        return False


def _npy(array: npt.NDArray[Any]) -> bytes:
    out = BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def _making(root: Path) -> int:
    """How many maps have a process."""
    try:
        jobs = [MapJob(path) for path in root.iterdir() if path.is_dir()]
    except OSError:
        return 0
    return sum(job.status.state in ALIVE for job in jobs)


def _make_room(root: Path) -> None:
    """Remove the maps that were used longest ago, as far as there are too many."""
    with suppress(OSError):
        found = [(_used(path), path) for path in root.iterdir() if path.is_dir()]
        total = 0
        for _, path in sorted(found, reverse=True):
            total += shelf.size(path)
            if total > LIMIT:
                _remove(MapJob(path))


def _used(folder: Path) -> float:
    """When something was last written into a folder; at its making, where nothing was yet."""
    times = [folder.stat().st_mtime]
    for file in folder.iterdir():
        with suppress(OSError):  # replaced at this moment
            times.append(file.stat().st_mtime)
    return max(times)


def _remove(job: MapJob) -> None:
    """Remove a map that nobody makes, and nobody is about to make."""
    with suppress(Timeout), job.lock().acquire(timeout=PROBE_SECONDS):
        if not job._starting():
            shutil.rmtree(job.path, ignore_errors=True)
