"""A worker that waits before there is work, and one that does not answer."""

import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.jobs.conftest import Configure, state_is, wait
from vae.errors import DeviceError
from vae.jobs import estimate, estimate_apart, keep_ready, spare, submit
from vae.training.estimate import memory

NEEDED = spare.MEMORY
pytestmark = pytest.mark.timeout(900)  # processes, on a machine that may be slow and busy


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[spare._Spare]]:
    """The spare workers of a test, which end with it; memory enough for one is taken for granted."""
    own: list[spare._Spare] = []
    monkeypatch.setattr(spare, "_waiting", own)
    monkeypatch.setattr(spare, "MEMORY", 0)
    yield own
    for each in own:
        each.process.kill()
        each.process.wait()


def test_a_spare_worker_says_what_a_training_takes(root: Path, config: Configure) -> None:
    """Time and memory of a step, or why it does not fit; then it takes a run all the same."""
    keep_ready()
    settings = config(epochs=1)
    found = estimate(settings)
    assert found is not None
    assert 0 < found[0] < 60
    assert found[1] == memory(settings)
    huge = settings.train.replace(batch_size=65_536)
    wide = {"kind": "elbo", "samples": 1000}
    with pytest.raises(DeviceError, match="smaller batch size"):
        estimate(settings.replace(train=huge, objective=wide))
    run = submit(settings, root)
    wait(state_is(run, "done"))


def test_a_spare_worker_takes_the_next_run(root: Path, config: Configure) -> None:
    """What waits with everything loaded trains like any other, and outlives whoever started it."""
    keep_ready()
    run = submit(config(epochs=1), root)
    wait(state_is(run, "done"))
    assert run.last.exists()
    assert run.log.read_text() == ""


def _stuck(waiting: list[spare._Spare]) -> psutil.Process:
    """A spare worker that has stopped in its tracks, as on a disk that does not answer."""
    keep_ready()
    process = psutil.Process(waiting[0].process.pid)
    process.suspend()
    return process


def test_a_stuck_spare_keeps_nobody_waiting(
    root: Path, config: Configure, waiting: list[spare._Spare], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no estimate, whoever asks next is told so at once, and a training begins without it."""
    process = _stuck(waiting)
    monkeypatch.setattr(spare, "ANSWER_SECONDS", 0.2)
    assert estimate(config(epochs=1)) is None
    monkeypatch.setattr(spare, "ANSWER_SECONDS", 10_000.0)
    assert estimate(config(epochs=1)) is None, "it owes an answer already"
    keep_ready()  # which a page does whenever it is drawn
    monkeypatch.setattr(spare, "FREE_SECONDS", 0.2)
    run = submit(config(epochs=1), root)
    wait(state_is(run, "done"))
    wait(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_a_late_answer_is_not_taken_for_another(
    config: Configure, waiting: list[spare._Spare], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that comes after its question was given up is heard by nobody."""
    process = _stuck(waiting)
    monkeypatch.setattr(spare, "ANSWER_SECONDS", 0.2)
    small = config(epochs=1)
    assert estimate(small) is None
    process.resume()
    assert waiting[0].is_free(240)
    monkeypatch.setattr(spare, "ANSWER_SECONDS", 240.0)
    large = small.replace(train=small.train.replace(batch_size=128))
    found = estimate(large)
    assert found is not None
    assert found[1] == memory(large) != memory(small)


def test_a_dead_spare_is_replaced(
    root: Path, config: Configure, waiting: list[spare._Spare]
) -> None:
    """One that was killed answers nothing, takes nothing, and another waits in its place."""
    keep_ready()
    dead = waiting[0].process
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    assert estimate(config(epochs=1)) is None
    assert spare.take(submit(config(epochs=1), root)) is None
    keep_ready()
    assert [each.process.pid for each in waiting] != [dead.pid]
    assert len(waiting) == 1


@pytest.mark.parametrize(("free", "ready"), [(4 * 2**30, 1), (4 * 2**30 - 1, 0)])
def test_none_waits_where_memory_is_scarce(
    waiting: list[spare._Spare], monkeypatch: pytest.MonkeyPatch, free: int, ready: int
) -> None:
    """Below 4 GB of free memory none is started."""
    monkeypatch.setattr(spare, "MEMORY", NEEDED)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    keep_ready()
    assert len(waiting) == ready


def test_who_is_asked_apart_ends_with_the_answer(config: Configure) -> None:
    """Without a spare worker a process of its own answers, and is gone then."""
    before = {child.pid for child in psutil.Process().children()}
    found = estimate_apart(config(epochs=1))
    assert found is not None
    assert found[0] > 0
    assert {child.pid for child in psutil.Process().children()} <= before
