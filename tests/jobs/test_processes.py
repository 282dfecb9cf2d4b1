"""Real workers: they outlive who started them, obey within two seconds, and survive being killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import load_file

from tests.jobs.conftest import Configure, state_is, wait
from vae.config import Levers
from vae.events import Changed, Epoch
from vae.jobs import (
    Run,
    new_run,
    pause,
    prepare,
    pump,
    resume,
    set_pace,
    spare,
    steer,
    step,
    stop,
    submit,
    work,
)
from vae.training import load_model

pytestmark = pytest.mark.timeout(900)  # processes, on a machine that may be slow and busy
LONG = 100_000
"""Epochs that no test waits for."""

# Saves at every event, of which there are many, so that a kill may hit the middle of a save. Each
# line on its input is a life: a copy of a process that has loaded everything.
LIVES = """
import os, sys
from pathlib import Path
import torch
import vae.training
from vae.data.embedded import embedded_digits
from vae.jobs import Run, recorder, steering, work
recorder.SAVE_SECONDS, recorder.SAVE_SHARE = 0.0, float("inf")
steering.EVENT_SECONDS = 0.01
torch.optim.Adam([torch.zeros(1)])
embedded_digits()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(Run(Path(sys.argv[1])))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""
KILLS = 20


def _steps(run: Run, more_than: int) -> Callable[[], bool]:
    return lambda: run.read_status().step > more_than


def _more_events(run: Run) -> Callable[[], bool]:
    before = len(run.events().events)
    return lambda: len(run.events().events) > before


def _pid(run: Run) -> int:
    pid = run.status.pid
    assert pid is not None
    return pid


def _takes(run: Run, ask: Callable[[Run], None], state: str) -> float:
    """Seconds of a core that the worker takes to come to a state: a busy machine adds none."""
    worker = psutil.Process(_pid(run))
    begin = last = sum(worker.cpu_times()[:2])
    ask(run)

    def there() -> bool:
        nonlocal last
        with suppress(psutil.Error):  # it may have ended
            last = sum(worker.cpu_times()[:2])
        return run.status.state == state

    wait(there)
    return last - begin


def test_pause_resume_stop_within_two_seconds(root: Path, config: Configure) -> None:
    """A detached worker does what it is asked to; in its pause it neither works nor loses anything."""
    run = submit(config(epochs=LONG), root)
    wait(_steps(run, 0))
    assert _takes(run, pause, "paused") < 2
    paused_at = run.status.step
    assert run.last.exists()
    time.sleep(0.3)
    assert run.status.step == paused_at
    assert _takes(run, resume, "running") < 2
    wait(_steps(run, paused_at))
    assert _takes(run, stop, "stopped") < 2


def test_stop_is_heard_before_the_training_begins(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that still loads torch and the data can be stopped all the same."""
    monkeypatch.setattr(spare, "_waiting", [])  # one that waits has loaded them
    run = new_run(root, config(epochs=LONG))
    run.ask("stop")
    pump(root)
    wait(state_is(run, "stopped"))
    assert run.status.cause == ""
    assert (run.status.total_steps, run.events().events) == (0, [])


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


def test_killed_twenty_times_and_resumed_exactly(root: Path, config: Configure) -> None:
    """After each kill -9 a run is interrupted; in the end it equals one that never was, bit for bit.

    Its levers are moved meanwhile: the run that never was interrupted has them in its settings.
    """
    run = new_run(root, config(limit=2000, batch_size=16, epochs=LONG), "stopped")
    moments = random.Random(0)
    with subprocess.Popen(
        [sys.executable, "-c", LIVES, str(run.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as lives:
        assert lives.stdin is not None
        assert lives.stdout is not None
        for kill in range(KILLS):
            more = _more_events(run)
            print("live", file=lives.stdin, flush=True)
            child = int(lives.stdout.readline())
            wait(more)
            if kill == 5:
                steer(run, Levers(weight=3, frozen="encoder"))
            if kill == 12:
                wait(lambda: bool(load_model(run.last).config.train.changes))  # the first is saved
                steer(run, Levers(learning_rate=0.01, frozen="none"))
            time.sleep(moments.uniform(0, 0.06))
            os.kill(child, signal.SIGKILL)
            assert lives.stdout.readline() == "over\n"
            assert run.status.state == "interrupted"
    epochs = int(run.status.epoch) + 2
    prepare(run, epochs)
    assert work(run).state == "done"
    assert len(run.config.train.changes) == 2
    whole = new_run(root, run.config, "stopped")
    work(whole)
    mine, theirs = load_file(run.last), load_file(whole.last)
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    events = run.events().events
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [*range(1, epochs + 1)]
    assert [e.step for e in events] == sorted(e.step for e in events)
    assert [e.change.weight for e in events if isinstance(e, Changed)] == [3, None]


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


def test_steps_slow_motion_and_levers(root: Path, config: Configure) -> None:
    """In its pause a run takes one step at a time; slowed down it keeps the pace; levers are recorded."""
    run = submit(config(epochs=LONG), root)
    wait(_steps(run, 0))
    pause(run)
    wait(state_is(run, "paused"))
    begin = run.status.step
    for count in (1, 2):
        step(run)
        wait(_steps(run, begin + count - 1))
        assert run.status.step == begin + count
        assert run.status.state == "paused"
    steer(run, Levers(weight=0.5))
    set_pace(run, 5.0)
    resume(run)
    wait(state_is(run, "running"))
    begun = run.status
    wait(_steps(run, begun.step + 4))
    # By the worker's own clock: who looks may come late.
    assert run.status.seconds - begun.seconds > 0.6, "five steps at five a second"
    (change,) = run.config.train.changes
    assert (change.step, change.weight) == (begin + 2, 0.5)
    stop(run)
    wait(state_is(run, "stopped"))
