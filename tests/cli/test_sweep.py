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


def test_any_setting_can_be_varied(call: Call) -> None:
    """Several settings multiply, the last fastest; kinds, lists and words are values like numbers."""
    options = ["--over", "objective.gamma=1,10", "--over", "model.backbone.activation=relu,tanh"]
    options += ["--set", "objective.kind=capacity", "--data", "embedded"]
    answer = call("sweep", *options, "--json")
    assert (answer.code, answer.err) == (0, "")
    configs = [jobs.Run(Path(path)).config for path in json.loads(answer.out)]
    found = [(c.objective.model_dump()["gamma"], c.model.backbone.activation) for c in configs]
    assert found == [(1, "relu"), (1, "tanh"), (10, "relu"), (10, "tanh")]
    answer = call("sweep", "--over", "model.kind=vae,cvae", "--data", "embedded", "--json")
    kinds = [jobs.Run(Path(path)).config.model.kind for path in json.loads(answer.out)]
    assert kinds == ["vae", "cvae"]
    options = ["--over", "model.latent_dims=[3,2],[4,2]", "--set", "model.kind=ladder"]
    answer = call("sweep", *options, "--data", "embedded")
    assert [line.partition(": ")[2] for line in answer.out.splitlines()][:2] == [
        "latent_dims [3, 2], seed 0",
        "latent_dims [4, 2], seed 0",
    ]


def test_seeds_alone(call: Call) -> None:
    """The same training with several seeds is a sweep too."""
    answer = call("sweep", "--seeds", "0,1,1", "--data", "embedded", "--json")
    assert len(json.loads(answer.out)) == 2


def test_too_many(call: Call) -> None:
    """Refused before any is built, and none is queued."""
    many = ",".join(map(str, range(100)))
    answer = call("sweep", "--over", f"train.batch_size={many}", "--seeds", many)
    assert (answer.code, "1 to 100 are possible" in answer.err) == (2, True)
    assert jobs.runs(jobs.root()) == []
