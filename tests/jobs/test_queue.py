"""One run trains at a time, the others wait on the disk, and each does what it is asked to."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.jobs.conftest import Configure
from vae.errors import RunError
from vae.jobs import Run, Status, new_run, pause, pump, queue, resume, runs, stop, submit


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Run]]:
    """Runs that were started, each with a worker that holds the lock and does nothing."""
    order: list[Run] = []
    with ExitStack() as workers:

        def start(run: Run) -> None:
            workers.enter_context(run.working())
            run.write_status(run.read_status().model_copy(update={"state": "running"}))
            order.append(run)

        monkeypatch.setattr(queue, "start", start)
        yield order


def test_one_at_a_time(root: Path, config: Configure, started: list[Run]) -> None:
    """The first run starts at once, the second waits."""
    first, second = (submit(config(), root) for _ in range(2))
    assert started == [first]
    assert second.status.state == "queued"


def test_a_larger_limit(
    root: Path, config: Configure, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """VAE_JOBS lets more of them train."""
    monkeypatch.setenv("VAE_JOBS", "2")
    submitted = [submit(config(), root) for _ in range(3)]
    assert started == submitted[:2]


def test_a_limit_that_is_none(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A VAE_JOBS that is no number is named."""
    monkeypatch.setenv("VAE_JOBS", "many")
    with pytest.raises(RunError, match="VAE_JOBS must be a whole number"):
        submit(config(), root)


def test_oldest_first(root: Path, config: Configure, started: list[Run]) -> None:
    """Who came first is first."""
    waiting = [new_run(root, config()) for _ in range(3)]
    pump(root, limit=3)
    assert started == waiting


def test_paused_keeps_nobody_waiting(root: Path, config: Configure, started: list[Run]) -> None:
    """While a run pauses, the next one trains."""
    first, second = (submit(config(), root) for _ in range(2))
    first.write_status(Status(state="paused", pid=1))
    pump(root)
    assert started == [first, second]


def test_a_dead_worker_keeps_nobody_waiting(
    root: Path, config: Configure, started: list[Run]
) -> None:
    """A run that says it trains, without a worker, has lost its place."""
    new_run(root, config(), "stopped").write_status(Status(state="running"))
    run = submit(config(), root)
    assert started == [run]


def test_a_broken_run_keeps_nobody_waiting(
    root: Path, config: Configure, started: list[Run]
) -> None:
    """A damaged directory does not stop the queue."""
    (new_run(root, config()).path / "status.json").write_text("{")
    assert pump(root) == []
    assert started == [submit(config(), root)]


def test_stop_of_a_waiting_run(root: Path, config: Configure, started: list[Run]) -> None:
    """A run that still waits ends without ever starting."""
    submit(config(), root)
    second = submit(config(), root)
    stop(second)
    pump(root, limit=2)
    assert second.status.state == "stopped"
    assert second not in started


def test_stopped_goes_to_the_end_of_the_queue(
    root: Path, config: Configure, started: list[Run]
) -> None:
    """Resumed, a run takes its turn anew."""
    _, second, third = (submit(config(), root) for _ in range(3))
    stop(second)
    resume(second)
    assert [entry.run for entry in runs(root)][:2] == [second, third]
    assert second.wish == "run"


def test_stop_of_a_run_that_ended(root: Path, config: Configure) -> None:
    """There is nothing to stop, and nothing changes."""
    run = new_run(root, config(), "stopped")
    stop(run)
    assert run.wish == "run"


def test_only_what_trains_can_be_paused(root: Path, config: Configure) -> None:
    """A run that waits is not paused."""
    with pytest.raises(RunError, match="is queued: only a run that trains"):
        pause(new_run(root, config()))


def test_a_worker_that_does_not_start(
    root: Path, config: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies at once leaves its last words as the cause, and the queue moves on."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'ImportError: no module named torch' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    runs_ = [new_run(root, config()) for _ in range(2)]
    pump(root)
    assert [run.status.state for run in runs_] == ["failed", "failed"]
    assert runs_[0].status.cause.endswith("ImportError: no module named torch")


def test_a_worker_that_cannot_be_run(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a Python to run, the run has failed rather than waiting for ever."""
    monkeypatch.setattr(sys, "executable", str(root / "nothing"))
    run = submit(config(), root)
    assert run.status.state == "failed"
    assert "No such file" in run.status.cause
