"""The process that makes a map: `python -m vae.jobs.map_worker FOLDER`."""

import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from vae.errors import VaeError
from vae.jobs.interrupt import Interrupt
from vae.jobs.mapping import ACQUIRE_SECONDS, MapJob, Places, Status
from vae.projection import METHODS, Settings, project

LOOK_SECONDS = 0.3
"""Between two states of a map that others can look at."""
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 600.0
"""How long a pause may last; then the process ends, and what there is of the map stays."""
FORGOTTEN = "It was paused for long, so its memory was given back."
TURN_SECONDS = 0.2
BUSY = {
    "tsne": "Finding neighbours",
    "umap": "Loading UMAP, which takes half a minute, and finding neighbours",
    "pca": "",
}
assert set(BUSY) == set(METHODS), "every method says what it begins with"


def work(job: MapJob) -> Status:
    """Make the maps of a job; every way of ending is in its status."""
    interrupt = Interrupt()
    with job.lock().acquire(timeout=ACQUIRE_SECONDS), interrupt.listening():
        maker = _Maker(job)
        try:
            with interrupt.watching(lambda: job.wish == "stop"), maker.turn.taken():
                maker.make()
            ending = maker.status("stopped" if maker.stopped else "done", maker.cause)
        except KeyboardInterrupt:
            ending = maker.status("stopped")
        except VaeError as error:
            ending = maker.status("failed", str(error))
        except MemoryError:
            ending = maker.status("failed", "The memory is full. Choose fewer images.")
        except Exception as error:
            traceback.print_exc()
            first = (str(error).strip() or "without a message").splitlines()[0]
            ending = maker.status("failed", f"Unexpected {type(error).__name__}: {first}.")
        job.write_status(ending)
    return ending


class _Maker:
    """Makes the maps one after the other, and obeys between two steps."""

    def __init__(self, job: MapJob) -> None:
        self.job = job
        self.turn = _Turn(job)
        self.stopped = False
        self.cause = ""
        self.number = 0
        self.began = time.monotonic()
        self.paused = 0.0
        self.looked = 0.0
        self.step = self.total = 0
        self.maps = 1

    def make(self) -> None:
        codes, request = self.job.request()
        self.maps = len(request.settings)
        for self.number, settings in enumerate(request.settings):
            self._say(settings)
            places = project(codes, settings, self.watch)
            self.job.write_places(places.astype("float32"), self.number)
            if self.stopped:
                return

    def _say(self, settings: Settings) -> None:
        self.job.write_status(self.status("running", busy=BUSY[settings.method]))

    def watch(self, step: int, total: int, places: Places) -> bool:
        """Show the map so far; False where it is to end."""
        self.step, self.total = step, total
        if time.monotonic() - self.looked < LOOK_SECONDS:
            return True
        self.looked = time.monotonic()
        self.job.write_places(places.astype("float32"), self.number)
        self.job.write_status(self.status("running"))
        if self.job.wish == "pause":
            self._wait()
        self.stopped = self.stopped or self.job.wish == "stop"
        return not self.stopped

    def _wait(self) -> None:
        since = time.monotonic()
        self.turn.release()  # who waits goes first
        self.job.write_status(self.status("paused"))
        while self.job.wish == "pause":
            if time.monotonic() - since >= PATIENCE_SECONDS:
                self.stopped, self.cause = True, FORGOTTEN
                return
            time.sleep(PAUSE_SECONDS)
        self.paused += time.monotonic() - since
        if self.job.wish != "stop":
            self.turn.take()
            self.job.write_status(self.status("running"))

    def status(self, state: str, cause: str = "", busy: str = "") -> Status:
        """Where the map stands now."""
        seconds = time.monotonic() - self.began - self.paused
        done, total = self.step + self.number * self.total, self.maps * self.total
        if state == "done":
            done = total
        return Status.model_validate(
            {
                "state": state,
                "cause": cause,
                "busy": busy,
                "step": done,
                "total": total,
                "seconds": seconds,
            }
        )


class _Turn:
    """One map at a time on this machine: several would only slow each other down."""

    def __init__(self, job: MapJob) -> None:
        self.job = job
        self.held = FileLock(job.path.parent / ".turn.lock")

    def take(self) -> None:
        """Wait for it."""
        while True:
            with suppress(Timeout):
                self.held.acquire(timeout=TURN_SECONDS)
                return
            waiting = Status(state="running", busy="Waiting for another map to be made")
            self.job.write_status(waiting)

    def release(self) -> None:
        self.held.release()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold it for a while."""
        self.take()
        try:
            yield
        finally:
            self.release()


if __name__ == "__main__":
    with suppress(AttributeError, OSError):
        os.nice(5)  # the pages come first
    work(MapJob(Path(sys.argv[1])))
