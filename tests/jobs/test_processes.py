"""Real workers: they outlive who started them, obey within two seconds, and survive being killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import torch
from safetensors.torch import load_file

from tests.jobs.conftest import Configure, state_is, wait
from vae.events import Epoch
from vae.jobs import Run, new_run, pause, resume, stop, submit, work

LONG = 100_000
"""Epochs that no test waits for."""

# Saves at every event, of which there are many, so that a kill may hit the middle of a save.
EAGER = """
import functools, sys
from pathlib import Path
from vae import training
from vae.jobs import Run, recorder, work
recorder.SAVE_SECONDS = 0.0
training.train = functools.partial(training.train, every=0.01)
work(Run(Path(sys.argv[1])))
"""


def _steps(run: Run, more_than: int) -> Callable[[], bool]:
    return lambda: run.read_status().step > more_than


def _more_events(run: Run) -> Callable[[], bool]:
    before = len(run.events().events)
    return lambda: len(run.events().events) > before


def _pid(run: Run) -> int:
    pid = run.status.pid
    assert pid is not None
    return pid


def test_pause_resume_stop_within_two_seconds(root: Path, config: Configure) -> None:
    """A detached worker does what it is asked to; in its pause it neither works nor loses anything."""
    run = submit(config(epochs=LONG), root)
    wait(_steps(run, 0))
    pause(run)
    assert wait(state_is(run, "paused")) < 2
    paused_at = run.status.step
    assert run.last.exists()
    time.sleep(0.3)
    assert run.status.step == paused_at
    resume(run)
    assert wait(state_is(run, "running")) < 2
    wait(_steps(run, paused_at))
    stop(run)
    assert wait(state_is(run, "stopped")) < 2


def test_stop_is_heard_before_the_training_begins(root: Path, config: Configure) -> None:
    """A worker that still loads torch and the data can be stopped all the same."""
    run = submit(config(epochs=LONG), root)
    stop(run)
    assert wait(state_is(run, "stopped")) < 2
    assert run.status.cause == ""


def test_a_worker_has_a_session_of_its_own(root: Path, config: Configure) -> None:
    """What ends a server's terminal does not end its workers; SIGTERM ends one, saved."""
    run = submit(config(epochs=LONG), root)
    wait(_steps(run, 0))
    pid = _pid(run)
    assert os.getsid(pid) == pid
    os.kill(pid, signal.SIGTERM)
    wait(state_is(run, "stopped"))
    assert run.last.exists()
    assert run.status.cause.startswith("Interrupted")


def test_the_queue_survives_a_restart(root: Path, config: Configure) -> None:
    """A fresh process moves the queue that another left, and a worker that ends starts the next."""
    first, second = (new_run(root, config(epochs=1)) for _ in range(2))
    code = (
        "import sys; from pathlib import Path; from vae.jobs import pump; pump(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(root)], check=True)
    wait(state_is(second, "done"))
    assert first.status.state == "done"
    begun, ended = second.status.started, first.status.updated
    assert begun is not None
    assert begun >= ended


def test_killed_at_any_moment_and_resumed_exactly(root: Path, config: Configure) -> None:
    """After kill -9 a run is interrupted; resumed to its end it equals one that never was, bit for bit."""
    settings = config(limit=2000, batch_size=16, epochs=5)
    run, whole = (new_run(root, settings, "stopped") for _ in range(2))
    moments = random.Random(0)
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", EAGER, str(run.path)])
        wait(_more_events(run))
        time.sleep(moments.uniform(0, 0.3))
        process.kill()
        process.wait()
        assert run.status.state == "interrupted"
    work(run)
    work(whole)
    mine, theirs = load_file(run.last), load_file(whole.last)
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    events = run.events().events
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2, 3, 4, 5]
    assert [e.step for e in events] == sorted(e.step for e in events)


def test_killed_in_its_pause(root: Path, config: Configure) -> None:
    """A paused worker that is killed is recognised."""
    run = submit(config(epochs=LONG), root)
    wait(_steps(run, 0))
    pause(run)
    wait(state_is(run, "paused"))
    assert run.alive
    psutil.Process(_pid(run)).kill()
    wait(state_is(run, "interrupted"))
    assert "goes on from what was last saved" in run.status.cause
