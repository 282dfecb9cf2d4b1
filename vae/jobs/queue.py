"""Who trains when: one run at a time, the others wait, and all of it lies on the disk.

Nobody has to be there for the queue to move: a worker that ends starts the next run, and so does
whoever looks. A paused run holds its memory but not its place: the next run starts beside it, and
when it is resumed both train.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vae.config import Levers, RunConfig
from vae.errors import RunError
from vae.jobs import spare
from vae.jobs.listing import Entry, new_run, runs
from vae.jobs.run import Run, tail
from vae.jobs.status import ALIVE, State, now

START_SECONDS = 20.0
"""How long a new process may take to its lock; after that it is left to itself."""
LOCK_SECONDS = 30.0


def submit(config: RunConfig, root: Path, *, begin: Path | None = None, starter: str = "") -> Run:
    """A new run, which trains as soon as its turn comes; `begin` is a file of weights to begin with."""
    run = new_run(root, config, begin=begin, starter=starter)
    pump(root)
    return run


def pump(root: Path, limit: int | None = None) -> list[Run]:
    """Start the oldest waiting runs while fewer than `limit` train; gives back those it started.

    The limit is by default that of the environment variable VAE_JOBS, or 1. With nothing to start
    this only reads, so that a page may call it whenever it looks.
    """
    limit = _limit() if limit is None else limit
    if not _next(root, limit):
        return []
    started: list[Run] = []
    with _locked(root):
        while (run := _next(root, limit)) and run not in started:
            start(run)
            started.append(run)
    return started


def start(run: Run) -> None:
    """Start a worker that outlives this process, and wait until it has its lock.

    A worker that dies before that leaves the run `failed`, with the last line of its log.
    """
    try:
        process = _spawn(run)
    except OSError as error:
        _end(run, "failed", f"No worker could be started ({error.strerror}).")
        return
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            if run.read_status().state == "queued" and not run.alive:
                cause = tail(run.log) or f"exit code {process.returncode}"
                _end(run, "failed", f"The worker did not start: {cause}")
            return
        if run.read_status().state != "queued":
            break
        time.sleep(0.02)
    # Waited for in the background, or it would stay as a zombie when it ends before this process.
    threading.Thread(target=process.wait, daemon=True).start()


def pause(run: Run) -> None:
    """Ask a training to save and wait; RunError where it does not train."""
    state = run.status.state
    if state not in ALIVE:
        raise RunError(f"{run.name} is {state}: only a run that trains can be paused.")
    run.ask("pause", until=0)


def step(run: Run) -> None:
    """Let a paused training take one more step; one that trains is paused after its next."""
    status = run.status
    if status.state not in ALIVE:
        raise RunError(f"{run.name} is {status.state}: only a run that trains can take a step.")
    run.ask("pause", until=max(status.step, run.control.until) + 1)


def steer(run: Run, levers: Levers) -> None:
    """Change something from the next step on; what the levers leave stays as it is."""
    run.ask(levers=levers.over(run.control.levers).model_dump())


def set_pace(run: Run, pace: float | None) -> None:
    """Train at so many steps a second, for those who watch; None for as fast as it goes."""
    run.ask(pace=pace)


def resume(run: Run, epochs: int | None = None) -> None:
    """Let a run go on: a paused one at once, one that ended when its turn comes.

    `epochs` gives it another length, which a run that is done needs to go on.
    """
    status = run.status
    if status.state in ALIVE and epochs is None:
        run.ask("run")
        return
    if status.state != "queued" or epochs is not None:
        prepare(run, epochs)
        run.write_status(status.model_copy(update=_FRESH | {"submitted": now()}))
    pump(run.path.parent)


def prepare(run: Run, epochs: int | None = None) -> None:
    """Make a run that ended ready to go on; RunError where it cannot."""
    status, config = run.status, run.config
    if status.state in ALIVE:
        raise RunError(f"{run.name} is {status.state}. Stop it first.")
    if status.state == "diverged":
        raise RunError(
            f"{run.name} diverged, and would again. Train anew with a smaller learning rate."
        )
    if epochs is not None and epochs != config.train.epochs:
        if epochs <= status.epoch:
            raise RunError(
                f"{run.name} has had {status.epoch:.1f} epochs: give more than that to go on."
            )
        config = config.replace(train=config.train.replace(epochs=epochs))
        run.write_config(config)
    elif status.state == "done":
        raise RunError(
            f"{run.name} is done. Give it more than its {config.train.epochs} epochs to go on."
        )
    run.ask("run")


def stop(run: Run) -> None:
    """Ask a training to save and end; a run that still waits ends at once."""
    if run.status.state == "queued":
        with _locked(run.path.parent):  # so that no one starts it in between
            if run.status.state == "queued" and not run.alive:
                run.ask("stop")  # a worker that takes long to come hears it
                _end(run, "stopped", "Stopped before its turn came.")
                return
    if run.status.state in (*ALIVE, "queued"):
        run.ask("stop")


_FRESH: dict[str, object] = {"state": "queued", "cause": "", "pid": None, "images_per_second": 0.0}


def _spawn(run: Run) -> subprocess.Popen[bytes]:
    """A worker: the one that waits, or a new one."""
    command = [sys.executable, "-m", "vae", "resume", str(run.path), "--quiet"]
    run.log.write_bytes(b"")
    if ready := spare.take(run):
        return ready
    with run.log.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=spare.ROOT,
            close_fds=True,
            **spare.detached(),
        )


def _next(root: Path, limit: int) -> Run | None:
    """The run whose turn it is."""
    waiting: list[Entry] = []
    training = 0
    for entry in runs(root):
        state = entry.status.state if entry.status else None
        training += state == "running"
        waiting += [entry] if state == "queued" else []
    if training >= limit or not waiting:
        return None
    return min(waiting, key=lambda entry: (entry.since, entry.run.name)).run


def _limit() -> int:
    try:
        return max(1, int(os.environ.get("VAE_JOBS", "1")))
    except ValueError:
        raise RunError(
            "VAE_JOBS must be a whole number, such as 1. Correct it, or unset it."
        ) from None


def _end(run: Run, state: State, cause: str) -> None:
    run.write_status(run.read_status().model_copy(update={"state": state, "cause": cause}))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Only one process at a time moves the queue of a folder."""
    lock = FileLock(root / ".queue.lock")
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise RunError(f"The queue of {root} is held by another process. Try again.") from None
    except OSError as error:
        raise RunError(
            f"{root} cannot be written to ({error.strerror}). "
            "Set VAE_RUNS to a folder that you may write to."
        ) from error
    try:
        yield
    finally:
        lock.release()
