"""What many sessions ask for is looked up once."""

from unittest.mock import Mock

import pytest

from tests.ui import tiny
from ui import cached
from vae import jobs


def test_a_training_is_looked_at_once_for_all_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many looks in a moment are one; after something was done to it, the next look is another."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    looks: list[jobs.Run] = []
    read = jobs.Run.read_status
    monkeypatch.setattr(jobs.Run, "read_status", lambda run: looks.append(run) or read(run))  # type: ignore[func-returns-value]
    for _ in range(25):
        assert cached.seen(run).status.state == "stopped"
    assert len(looks) < 25 / 2
    run.write_status(read(run).model_copy(update={"state": "done"}))
    cached.forget_runs()
    assert cached.seen(run).status.state == "done"


def test_a_training_that_another_process_began_is_listed_at_once() -> None:
    """A list is a second old at most, and never older than the newest run."""
    first = tiny.stopped_run(jobs.root(), tiny.config())
    assert [entry.run.name for entry in cached.runs()] == [first.name]
    second = tiny.stopped_run(jobs.root(), tiny.config())
    assert {entry.run.name for entry in cached.runs()} == {first.name, second.name}
    assert f"runs/{second.name}" in cached.explorable().entries


def test_a_name_that_is_nowhere_forgets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deleted model in an address makes nobody else look again; one that has just got weights is found."""
    run = jobs.new_run(jobs.root(), tiny.config(), "stopped")
    forget = Mock(wraps=cached.forget_runs)
    monkeypatch.setattr(cached, "forget_runs", forget)
    assert "runs/gone" not in cached.explorable("runs/gone").entries
    assert cached.runs("gone")[0].run.name == run.name
    assert forget.call_count == 0
    tiny.train_a_little(run)
    assert f"runs/{run.name}" in cached.explorable(f"runs/{run.name}").entries
    assert forget.call_count == 1
