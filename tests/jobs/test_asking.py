"""What several ask of one run at once: every wish is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs.conftest import Configure
from tests.serving import ROOT
from vae.config import Levers
from vae.errors import RunError
from vae.jobs import Run, Status, new_run, pause, resume, steer, step, stop
from vae.jobs.locks import locked

ASKS = 400
# Asks for something of its own, again and again, and counts what somebody else's asking undid.
ASKING = """
import sys
from pathlib import Path
from vae.jobs import Run
run, name = Run(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
lost = 0
for count in range(1, int(sys.argv[3]) + 1):
    run.ask(**{name: count})
    lost += getattr(run.control, name) != count
print(lost)
"""


@pytest.fixture
def run(root: Path, config: Configure) -> Run:
    """A run that nobody trains."""
    return new_run(root, config())


def test_two_processes_lose_no_wish(run: Run) -> None:
    """Of 400 asks each, of two processes at the same time, all are kept."""
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASKING, str(run.path), name, str(ASKS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
        )
        for name in ("pace", "until")
    ]
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [int(process.communicate()[0]) for process in asking] == [0, 0]
    assert (run.control.pace, run.control.until) == (ASKS, ASKS)


def test_levers_are_moved_from_where_they_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lever that somebody moves while another is being moved stays moved."""

    def late(*arguments: object, **options: object) -> object:
        monkeypatch.undo()
        steer(run, Levers(learning_rate=0.5))  # somebody else is a moment faster
        return locked(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("vae.jobs.run.locked", late)
    steer(run, Levers(weight=2.0))
    levers = run.control.levers
    assert (levers.weight, levers.learning_rate) == (2.0, 0.5)


def test_nothing_undoes_a_stop(run: Run) -> None:
    """Who pauses, steps or resumes a training that was just asked to end does not keep it going."""
    with run.working():
        run.write_status(Status(state="running", pid=os.getpid()))
        stop(run)
        for otherwise in (pause, step, resume):
            otherwise(run)
            assert run.wish == "stop"


def test_nobody_ends_what_a_worker_has_begun(run: Run) -> None:
    """A run whose worker came while it was being stopped is asked, and its status left to the worker."""
    with run.working():
        stop(run)
        assert run.read_status().state == "queued"
    assert run.wish == "stop"


def test_settings_are_not_changed_under_a_worker(run: Run) -> None:
    """Another length is refused while somebody works on the run, and nothing is written."""
    before = run.config
    with run.working():
        run.write_status(Status(state="running", pid=os.getpid()))
        with pytest.raises(RunError, match="Stop it first"):
            resume(run, epochs=99)
    assert run.config == before


def test_asking_does_not_bring_back_what_was_deleted(run: Run) -> None:
    """A wish for a run that is gone is refused with a sentence, and makes no folder."""
    run.delete()
    with pytest.raises(RunError, match="does not exist any more"):
        run.ask("pause")
    assert not run.path.exists()
