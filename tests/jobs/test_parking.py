"""A pause that lasts gives the memory back, and the training goes on to the same bits."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.jobs.conftest import Configure, state_is, wait
from vae.jobs import (
    Run,
    Status,
    new_run,
    pause,
    prepare,
    pump,
    queue,
    resume,
    runs,
    steering,
    step,
    stop,
    submit,
    work,
)

LONG = 100_000
"""Epochs that no test waits for."""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause of this process's workers keeps its memory, and steps alone make events."""
    monkeypatch.setattr(steering, "PARK_SECONDS", 0.0)
    monkeypatch.setattr(steering, "EVENT_SECONDS", math.inf)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Runs for which the queue starts a worker, which never comes."""
    order: list[Run] = []
    monkeypatch.setattr(queue, "start", order.append)
    return order


@pytest.fixture
def make(root: Path, config: Configure) -> Callable[..., Run]:
    """Makes a run that nobody waits for, with these settings of the training."""
    return lambda **train: new_run(root, config(**train), "stopped")


Make = Callable[..., Run]


def _parked(run: Run, after: int) -> Status:
    """The status of a run whose worker has paused after so many steps, and ended."""
    run.ask("pause", until=after)
    return work(run)


def _states(run: Run) -> dict[str, torch.Tensor]:
    return load_file(run.last)


def test_its_worker_ends_and_it_pauses_still(make: Make) -> None:
    """No process is left, and nobody takes it for one that died."""
    run = make(epochs=4)
    status = _parked(run, after=3)
    assert (status.state, status.step, status.pid, status.parked) == ("paused", 3, None, True)
    assert (run.status.state, run.status.cause) == ("paused", "")
    assert not run.alive


def test_it_goes_on_to_the_same_bits(make: Make, started: list[Run]) -> None:
    """Parked in the middle of an epoch and resumed, it equals one that never paused."""
    run, whole = make(epochs=3), make(epochs=3)
    _parked(run, after=6)
    resume(run)
    assert run.status.state == "queued"
    assert work(run).state == work(whole).state == "done"
    mine, theirs = _states(run), _states(whole)
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_it_waits_for_its_turn(make: Make, started: list[Run]) -> None:
    """Resumed while another trains it waits, and begins when that is over."""
    run, other = make(), make()
    _parked(run, after=1)
    with other.working():
        other.write_status(Status(state="running", pid=1))
        resume(run)
        assert (run.status.state, started) == ("queued", [])
    other.write_status(Status(state="done"))
    pump(run.path.parent)
    assert started == [run]


def test_a_step_brings_the_worker_back(make: Make, started: list[Run]) -> None:
    """A single step is taken at once, whoever else trains, and the pause goes on."""
    run, other = make(epochs=4), make()
    _parked(run, after=3)
    with other.working():
        other.write_status(Status(state="running", pid=1))
        step(run)
    assert started == [run]
    status = work(run)
    assert (status.state, status.step, status.parked) == ("paused", 4, True)


def test_steps_of_many_wait(make: Make, started: list[Run], monkeypatch: Any) -> None:
    """Where workers enough hold memory a parked run takes its step when its turn comes."""
    monkeypatch.setattr(queue, "HELD", 0)
    run, other = make(), make()
    _parked(run, after=1)
    with other.working():
        other.write_status(Status(state="running", pid=1))
        step(run)
        assert (run.status.state, started) == ("queued", [])


def test_stopped_and_discarded_without_a_worker(make: Make) -> None:
    """A parked run that is stopped has ended, and needs nobody to say so."""
    run = make()
    _parked(run, after=1)
    stop(run)
    assert (run.status.state, run.status.cause) == ("stopped", "")


def test_asked_in_the_moment_of_parking(
    make: Make, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who resumes it while its worker is about to end is heard."""
    run = make()
    real = Run.write_status

    def write(self: Run, status: Status) -> None:
        real(self, status)
        if status.parked:
            monkeypatch.setattr(Run, "write_status", real)
            run.ask("run")

    monkeypatch.setattr(Run, "write_status", write)
    _parked(run, after=1)
    assert run.status.state == "queued"
    assert started == [run, run]  # by who heard it, and by the pump after it, since no worker came


@pytest.mark.parametrize(
    ("act", "state"), [(resume, "queued"), (step, "queued"), (stop, "stopped")]
)
def test_asked_just_after_the_worker_listened_last(
    make: Make,
    started: list[Run],
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Run], None],
    state: str,
) -> None:
    """A wish that is written when the worker has already ended is done by who wished."""
    run = make()
    parked = Status(state="paused")
    real = Run.change

    def change(self: Run, how: Any) -> None:
        self.write_status(parked)  # in the moment between the look and the wish
        real(self, how)

    monkeypatch.setattr(Run, "alive", property(lambda self: self.read_status().has_worker))
    run.write_status(Status(state="paused", pid=1))
    monkeypatch.setattr(Run, "change", change)
    act(run)
    assert run.status.state == state


def test_another_length_for_a_parked_run(make: Make) -> None:
    """It may be given more epochs like a run that was stopped."""
    run = make(epochs=2)
    _parked(run, after=1)
    prepare(run, epochs=3)
    assert work(run).epoch == 3


@pytest.mark.timeout(900)
def test_the_third_that_pauses_keeps_no_process(root: Path, config: Configure) -> None:
    """Whoever starts and pauses again and again leaves two processes, and each run goes on."""
    paused: list[Run] = []
    for _ in range(queue.HELD + 1):
        run = submit(config(epochs=LONG), root)
        wait(lambda run=run: run.read_status().step > 0)  # type: ignore[misc]
        pause(run)
        wait(state_is(run, "paused"))
        paused.append(run)
    last = paused[-1]
    wait(lambda: last.read_status().parked and not last.alive)
    assert [entry.run.alive for entry in runs(root)].count(True) == queue.HELD
    before = last.status.step
    step(last)
    wait(lambda: last.read_status().parked and last.read_status().step == before + 1)
    resume(last)
    wait(lambda: last.read_status().step > before + 1)
    for run in paused:
        stop(run)
        wait(state_is(run, "stopped"))
