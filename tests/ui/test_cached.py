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


def test_a_name_that_is_nowhere_forgets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deleted model in an address makes nobody else look again; one that appeared is found at once."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    forget = Mock(wraps=cached.forget_runs)
    monkeypatch.setattr(cached, "forget_runs", forget)
    assert "runs/gone" not in cached.explorable("runs/gone").entries
    assert cached.runs("gone")[0].run.name == run.name
    assert forget.call_count == 0
    new = tiny.stopped_run(jobs.root(), tiny.config())
    assert f"runs/{new.name}" in cached.explorable(f"runs/{new.name}").entries
    assert cached.runs(new.name)[0].run.name == new.name
    assert forget.call_count == 1
