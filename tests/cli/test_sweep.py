"""`sweep`, as a person would call it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vae import jobs


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae.jobs.queue.start", lambda run: None)


def test_sweep(call: Call) -> None:
    """Every beta with every seed waits in the queue, with the settings that were given."""
    options = ["--data", "embedded", "--latent-dim", 3, "--set", "train.batch_size=32"]
    answer = call("sweep", "--beta", "0.5,2", "--seeds", "0,1", *options, "--json")
    assert (answer.code, answer.err) == (0, "")
    configs = [jobs.Run(Path(path)).config for path in json.loads(answer.out)]
    found = [(c.objective.model_dump()["beta"], c.train.seed) for c in configs]
    assert found == [(0.5, 0), (0.5, 1), (2, 0), (2, 1)]
    assert {c.model.latent_dim for c in configs} == {3}
    assert {c.train.batch_size for c in configs} == {32}
    assert {entry.status.state for entry in jobs.runs(jobs.root()) if entry.status} == {"queued"}


def test_mistakes(call: Call) -> None:
    """Texts that are no numbers, and objectives without a beta, are sentences."""
    assert "needed are numbers" in call("sweep", "--beta", "many").err
    answer = call("sweep", "--beta", "1", "--set", "objective.kind=factor")
    assert answer.code == 2
    assert "no beta" in answer.err
    assert jobs.runs(jobs.root()) == []
