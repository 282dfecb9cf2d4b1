"""Who trains when: one run at a time, the others wait, and all of it lies on the disk.

Nobody has to be there for the queue to move: a worker that ends starts the next run, and so does
whoever looks. A paused run gives its place to the next one. For a minute its worker stays, so that it
goes on at once and beside the other; then its pause is parked: the worker saves and ends, and when the
run is resumed it waits for its turn and goes on to the same bits.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from vae.config import Levers, RunConfig
from vae.errors import RunError
from vae.jobs import spare
from vae.jobs.bounds import check_disk
from vae.jobs.listing import Entry, new_run, runs
from vae.jobs.locks import locked
from vae.jobs.run import Control, Run, tail
from vae.jobs.status import ALIVE, Status, now

START_SECONDS = 20.0
"""How long a new process may take to its lock; after that it is left to itself."""
HELD = 2
"""Paused runs that keep their workers for a while; further ones are parked at once."""


def submit(config: RunConfig, root: Path, *, begin: Path | None = None, starter: str = "") -> Run:
    """A new run, which trains as soon as its turn comes; `begin` is a file of weights to begin with.

    Raises:
        RunError: it cannot be written, or the folder takes as much of the disk as it may.
    """
    check_disk(root)
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
        _fail(run, f"No worker could be started ({error.strerror}).")
        return
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            cause = tail(run.log) or f"exit code {process.returncode}"
            _fail(run, f"The worker did not start: {cause}")
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
    run.change(_unless_stopped({"wish": "pause", "until": 0}))


def step(run: Run) -> None:
    """Let a paused training take one more step; one that trains is paused after its next.

    A parked one is given a worker for it, where not too many hold memory; else when its turn comes.
    """
    status = run.status
    if status.state not in ALIVE:
        raise RunError(f"{run.name} is {status.state}: only a run that trains can take a step.")

    def further(control: Control) -> Mapping[str, Any]:
        until = max(status.step, control.until) + 1
        return _unless_stopped({"wish": "pause", "until": until})(control)

    run.change(further)
    if (
        run.status.parked
    ):  # looked up after the wish: its worker, if it ends now, may not have heard
        _bring_back(run)


def steer(run: Run, levers: Levers) -> None:
    """Change something from the next step on; what the levers leave stays as it is."""
    run.change(lambda control: {**control.model_dump(), "levers": levers.over(control.levers)})


def set_pace(run: Run, pace: float | None) -> None:
    """Train at so many steps a second, for those who watch; None for as fast as it goes."""
    run.ask(pace=pace)


def resume(run: Run, epochs: int | None = None) -> None:
    """Let a run go on: a paused one at once, one that was parked or ended when its turn comes.

    `epochs` gives it another length, which a run that is done needs to go on.
    """
    status = run.status
    if status.state in ALIVE and epochs is None:
        run.change(_unless_stopped({"wish": "run"}))
        if not run.status.parked:  # looked up after the wish, as in `step`
            return
        _requeue(run)
    elif status.state != "queued" or epochs is not None:
        with _at_rest(run):
            _prepare(run, epochs)
            run.write_status(run.read_status().model_copy(update=_FRESH | {"submitted": now()}))
    pump(run.path.parent)


def heed(run: Run) -> None:
    """Do what a run was asked in the moment in which its pause was parked."""
    control, status = run.control, run.status
    if not status.parked:
        return
    if control.wish == "stop":
        stop(run)
    elif control.wish == "run":
        resume(run)
    elif control.until > status.step:
        _bring_back(run)


def prepare(
    run: Run,
    epochs: int | None = None,
    *,
    pictures: Path | None = None,
    levers: Levers | None = None,
) -> None:
    """Make a run without a worker ready to go on; RunError where it cannot.

    `pictures` is where its images are now, `levers` what is another from its next step on.
    """
    _check_going_on(run.config, pictures, levers)
    with _at_rest(run):
        _prepare(run, epochs)
        if pictures is not None:
            config = run.config
            data = config.data.replace(path=pictures.expanduser().absolute())
            run.write_config(config.replace(data=data))
    if levers is not None:
        steer(run, levers)


def _check_going_on(config: RunConfig, pictures: Path | None, levers: Levers | None) -> None:
    """RunError where a training cannot go on with these."""
    if pictures is not None and not pictures.expanduser().exists():
        raise RunError(
            f"{pictures} does not exist. Give the folder or zip that holds its images now."
        )
    if levers is not None and levers.weight is not None and not config.objective.lever:
        raise RunError(
            f"The objective '{config.objective.kind}' has no weight to change. Train anew instead."
        )


@contextmanager
def _at_rest(run: Run) -> Iterator[None]:
    """Hold the lock of a run without a worker; RunError where it has one."""
    status = run.status
    if status.has_worker:
        raise RunError(f"{run.name} is {status.state}. Stop it first.")
    with run.working():
        yield


def _prepare(run: Run, epochs: int | None) -> None:
    """As `prepare`, for who holds the run's lock."""
    status, config = run.read_status(), run.config
    if status.state == "diverged":
        raise RunError(
            f"{run.name} diverged, and would again. Train anew with a smaller learning rate."
        )
    if epochs is not None and epochs != config.train.epochs:
        if epochs <= status.epoch:
            raise RunError(
                f"{run.name} has had {status.epoch:.1f} epochs: give more than that to go on."
            )
        run.write_config(config.replace(train=config.train.replace(epochs=epochs)))
    elif status.state == "done":
        raise RunError(
            f"{run.name} is done. Give it more than its {config.train.epochs} epochs to go on."
        )
    run.ask("run")


def stop(run: Run) -> None:
    """Ask a training to save and end; a run that waits or is parked ends at once."""
    if run.status.state not in (*ALIVE, "queued"):
        return
    run.ask("stop")  # heard by a worker that takes long to come, too
    status = run.status  # looked up after the wish, as in `step`
    if not status.has_worker:
        cause = "" if status.parked else "Stopped before its turn came."
        with _locked(run.path.parent):  # so that no one starts it in between
            _change_status(run, _rests, {"state": "stopped", "cause": cause})


def held(root: Path) -> int:
    """How many paused runs have their workers still."""
    found = [entry.status for entry in runs(root) if entry.status]
    return sum(status.state == "paused" and status.has_worker for status in found)


_FRESH: dict[str, object] = {"state": "queued", "cause": "", "pid": None, "images_per_second": 0.0}


def _unless_stopped(changes: Mapping[str, Any]) -> Callable[[Control], Mapping[str, Any]]:
    """A wish that leaves a Stop standing, which somebody else may have asked for."""

    def changed(control: Control) -> Mapping[str, Any]:
        stopping = control.wish == "stop"
        return control.model_dump() | ({} if stopping else dict(changes))

    return changed


def _requeue(run: Run) -> bool:
    """Let a parked run wait for its turn; whether it does."""
    return _change_status(run, lambda status: status.parked, _FRESH | {"submitted": now()})


def _fail(run: Run, cause: str) -> None:
    """End a run that waits still, and for which no worker came."""
    _change_status(
        run, lambda status: status.state == "queued", {"state": "failed", "cause": cause}
    )


def _bring_back(run: Run) -> None:
    """Give a parked run a worker, where not too many hold memory; else when its turn comes."""
    root = run.path.parent
    with _locked(root):
        if _requeue(run) and _workers(root) < _limit() + HELD:
            start(run)


def _rests(status: Status) -> bool:
    return status.state == "queued" or status.parked


def _change_status(
    run: Run, still: Callable[[Status], bool], changes: Mapping[str, object]
) -> bool:
    """Change what is written of a run without a worker, where it is still so; whether that was done."""
    try:
        with run.working():
            if still(status := run.read_status()):
                run.write_status(status.model_copy(update=changes))
                return True
    except RunError:
        if not run.alive:
            raise
    return False


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


def _workers(root: Path) -> int:
    """How many runs have a worker."""
    return sum(bool(entry.status and entry.status.has_worker) for entry in runs(root))


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


def _locked(root: Path) -> AbstractContextManager[None]:
    """Only one process at a time moves the queue of a folder."""
    return locked(root / ".queue.lock", f"The queue of {root}")
