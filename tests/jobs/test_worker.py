"""A worker trains, obeys, saves, and puts every end into words."""

import errno
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.jobs.conftest import Configure
from vae import data, training
from vae.config import RunConfig
from vae.data import Dataset
from vae.errors import RunError
from vae.events import Compiling, Epoch, Event
from vae.jobs import Run, Status, prepare, steering, work
from vae.jobs.recorder import COMPILING


def _same_weights(one: Run, other: Run) -> None:
    """Whole states are equal bit for bit: weights, moments, generators, cursor."""
    mine, theirs = load_file(one.last), load_file(other.last)
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


@dataclass
class _At:
    """Do something at the n-th event."""

    count: int
    act: Callable[[], object]

    def __call__(self, event: Event) -> None:
        self.count -= 1
        if self.count == 0:
            self.act()


@pytest.fixture(autouse=True)
def _an_event_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no step comes with an event within an epoch."""
    monkeypatch.setattr(steering, "EVENT_SECONDS", math.inf)


@pytest.fixture
def make(root: Path, config: Configure) -> Callable[..., Run]:
    """Makes a run by name, with these settings of the training."""

    def create(name: str = "one", **train: Any) -> Run:
        return Run.create(root / name, config(**train), "stopped")

    return create


Make = Callable[..., Run]


def test_a_whole_training(make: Make) -> None:
    """A run that is done has its files, its progress and its events."""
    run = make()
    status = work(run)
    assert (status.state, status.step, status.total_steps, status.epoch) == ("done", 8, 8, 2)
    assert status.held_out["loss"] > 0
    assert "the first 256" in status.data
    assert run.best.exists()
    assert {path.name for path in run.samples.iterdir()} >= {"epoch-0001.png", "latest.png"}
    kinds = ["step", "step", "epoch", "step", "epoch", "done"]  # the first step has its own
    assert [e.kind for e in run.events().events] == kinds


def test_usable_at_once(make: Make) -> None:
    """After the first epoch there is a model to explore."""
    run = make()
    seen: list[int] = []

    def load(event: Event) -> None:
        if run.last.exists():
            seen.append(training.load_model(run.path).step)

    work(run, load)
    assert seen[0] == 4


def test_stop_saves_and_resume_goes_on_exactly(make: Make) -> None:
    """A run that is stopped and resumed equals one that never was."""
    run, whole = make("one", epochs=4), make("two", epochs=4)
    assert work(run, _At(3, lambda: run.ask("stop"))).state == "stopped"
    prepare(run)
    assert work(run).state == "done"
    work(whole)
    _same_weights(run, whole)
    steps = [e.step for e in run.events().events]
    assert steps == sorted(steps)


def test_no_epoch_is_lost_at_a_stop(make: Make) -> None:
    """A stop that is heard at an epoch's last step waits for the epoch's event."""
    run = make(epochs=3)
    work(run, _At(1, lambda: run.ask("stop")))
    prepare(run)
    work(run)
    assert [e.epoch for e in run.events().events if isinstance(e, Epoch)] == [1, 2, 3]


def test_ctrl_c_saves(make: Make) -> None:
    """An interrupt in the middle of training ends it between two steps, saved."""
    run, whole = make("one", epochs=4), make("two", epochs=4)
    status = work(run, _At(2, lambda: signal.raise_signal(signal.SIGINT)))
    assert (status.state, status.step) == ("stopped", 4)
    assert status.cause.startswith("Interrupted")
    prepare(run)
    work(run)
    work(whole)
    _same_weights(run, whole)


def test_signals_are_given_back(make: Make) -> None:
    """After the training Ctrl-C means what it meant before."""
    before = signal.getsignal(signal.SIGINT)
    work(make(epochs=1))
    assert signal.getsignal(signal.SIGINT) is before


def test_more_epochs(make: Make) -> None:
    """A run that is done goes on with more epochs, as if it had had them from the start."""
    run, whole = make("one", epochs=2), make("two", epochs=4)
    work(run)
    prepare(run, epochs=4)
    assert work(run).state == "done"
    work(whole)
    _same_weights(run, whole)
    assert run.config.train.epochs == 4


@pytest.mark.parametrize(("epochs", "words"), [(None, "is done"), (2, "is done"), (1, "has had 2")])
def test_done_needs_more_epochs(make: Make, epochs: int | None, words: str) -> None:
    """A run that is done is not trained without a reason."""
    run = make()
    work(run)
    with pytest.raises(RunError, match=words):
        prepare(run, epochs)


def test_compiling_is_said_and_takes_no_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a step is compiled the status says so, and the time of the training stands still."""
    train = training.train

    def late(*given: Any) -> Iterator[Event]:
        for _ in range(3):
            yield Compiling(step=0)
            time.sleep(0.02)
        yield from train(*given)

    monkeypatch.setattr(training, "train", late)
    run = make()
    seen: list[tuple[str, float]] = []

    def look(event: Event) -> None:
        if isinstance(event, Compiling):
            status = run.read_status()
            seen.append((status.busy, status.seconds))

    work(run, look)
    assert seen == [(COMPILING, 0.0)] * 3
    assert (run.read_status().state, run.read_status().busy) == ("done", "")
    assert all(event.step > 0 for event in run.events().events)


def test_best_is_kept(make: Make) -> None:
    """The best model is the one whose held-out loss was lowest."""
    run = make(epochs=3)
    work(run)
    epochs = [event for event in run.events().events if isinstance(event, Epoch)]
    best = min(epochs, key=lambda event: event.held_out["loss"])
    assert training.load_model(run.best).step == best.step


def test_missing_data_is_a_sentence(root: Path, config: Configure) -> None:
    """What a person can mend ends the run with that sentence, and no traceback."""
    settings = config()
    gone = settings.data.replace(name="folder", path=root / "gone")
    run = Run.create(root / "one", settings.replace(data=gone), "stopped")
    status = work(run)
    assert status.state == "failed"
    assert "gone does not exist" in status.cause
    assert not run.log.exists()


def test_unexpected_error(make: Make) -> None:
    """Any other error is named in the status, with its traceback in the log alone."""
    run = make()

    def fail() -> None:
        raise ValueError("surprise")

    status = work(run, _At(2, fail))
    assert status.state == "failed"
    assert status.cause.startswith("Unexpected ValueError: surprise")
    assert "Traceback" in run.log.read_text()


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] can't allocate memory: 9 GB")]
)
def test_lack_of_memory(make: Make, error: Exception) -> None:
    """Too little memory gives the advice that helps."""
    run = make()

    def fail() -> None:
        raise error

    status = work(run, _At(1, fail))
    assert "Batches of 64 images do not fit" in status.cause


def test_full_disk(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up ends the run with that cause; what was saved before stays whole."""
    run = make(epochs=3)
    real = os.fsync

    def full(descriptor: int) -> None:
        if run.last.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    status = work(run)
    monkeypatch.undo()
    assert run.status.cause == status.cause
    assert run.status.state == "failed"
    assert "The disk is full" in status.cause
    assert training.load_model(run.last).step == 4
    assert not list(run.path.glob(".*"))
    prepare(run)
    assert work(run).state == "done"


def test_full_disk_at_an_event(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that cannot be written ends the run with a sentence."""
    run = make()
    real = os.write

    def full(descriptor: int, content: bytes) -> int:
        if content.startswith(b'{"step"'):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    assert "The disk is full" in work(run).cause


def test_divergence_keeps_the_last_good_state(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose weights become NaN ends as diverged, and what it saved is finite."""
    run = make(epochs=4)
    real = training.train

    def poisoned(
        state: training.State, held_out: Dataset, every: Callable[[], float]
    ) -> Iterator[Event]:
        for event in real(state, held_out, every):
            yield event
            if isinstance(event, Epoch):
                with torch.no_grad():
                    next(state.model.parameters()).fill_(math.nan)

    monkeypatch.setattr(training, "train", poisoned)
    status = work(run)
    assert status.state == "diverged"
    assert "smaller learning rate" in status.cause
    kept = training.load_model(run.path)
    assert kept.step == 4
    assert all(bool(p.isfinite().all()) for p in kept.model.parameters())
    with pytest.raises(RunError, match="diverged, and would again"):
        prepare(run)


def test_a_learning_rate_that_is_too_large(root: Path, config: Configure) -> None:
    """A training that really diverges says so."""
    settings = config(learning_rate=1.0, batch_size=16)
    changes = {
        "likelihood": {"kind": "continuous-bernoulli"},
        "backbone": {"kind": "mlp", "hidden": (64,) * 5},
    }
    model = settings.model.replace(**changes)
    run = Run.create(root / "one", settings.replace(model=model), "stopped")
    assert work(run).state == "diverged"


def test_other_settings_are_refused(make: Make, config: Configure) -> None:
    """A training does not go on with another model or batch size than it began with."""
    run = make()
    work(run)
    run.write_config(config(batch_size=32, epochs=4))
    status = work(run)
    assert status.state == "done"  # as it was
    assert "config.json: 'train' is not what the training began with" in status.cause


def test_damaged_wish_saves_first(make: Make) -> None:
    """A control.json that was damaged in mid-run loses no work."""
    run = make(epochs=4)
    work(run, _At(4, lambda: (run.path / "control.json").write_text("x")))
    assert run.status.state == "failed"
    assert "control.json" in run.status.cause
    assert training.load_model(run.last).step == 8


def test_what_stood_in_goes_on_to(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training that began on the embedded digits, for want of MNIST, is resumed on them."""
    settings: RunConfig = config()
    mnist = settings.data.replace(name="mnist")
    run = Run.create(root / "one", settings.replace(data=mnist), "stopped")
    real, loaded = data.load, []

    def load(config: Any, split: Any, **more: Any) -> Dataset:
        loaded.append(config.name)
        return real(config.replace(name="embedded"), split)

    monkeypatch.setattr(data, "load", load)
    work(run)
    prepare(run, epochs=3)
    work(run)
    assert loaded == ["mnist", "mnist", "embedded", "embedded"]


def test_damaged_state_is_named(make: Make) -> None:
    """A run whose saved state is damaged says which file."""
    run = make()
    work(run)
    run.last.write_bytes(run.last.read_bytes()[:1000])
    prepare(run, epochs=3)
    assert "last.safetensors is damaged" in work(run).cause


def test_time_and_pace(make: Make) -> None:
    """The status tells what is left at the pace so far."""
    run = make()
    during: list[Status] = []
    work(run, lambda event: during.append(run.status))
    assert any(status.images_per_second > 0 for status in during)
    assert run.status.seconds > 0
    assert run.status.seconds_left == 0


def test_jobs_do_not_import_torch() -> None:
    """A page opens before torch is loaded."""
    code = "import sys, vae.jobs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_second_ctrl_c_ends_at_once(make: Make) -> None:
    """Who insists does not wait for a save; what was saved before stays."""
    run = make(epochs=9)

    def interrupt(event: Event) -> None:
        if event.step > 4:
            signal.raise_signal(signal.SIGINT)

    status = work(run, interrupt)
    assert status.state == "stopped"
    assert status.cause.startswith("Interrupted twice")
    assert training.load_model(run.path).step == 4
