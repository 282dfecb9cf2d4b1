"""A grid of trainings over beta and seeds."""

import pytest

from tests.ui import tiny
from vae import jobs
from vae.errors import ConfigError


def test_every_beta_with_every_seed() -> None:
    """The settings differ in beta and seed alone; what is asked for twice is trained once."""
    config = tiny.config()
    grid = jobs.grid(config, [0.5, 2, 2], [0, 7])
    found = [(each.objective.model_dump()["beta"], each.train.seed) for each in grid]
    assert found == [(0.5, 0), (0.5, 7), (2, 0), (2, 7)]
    same = {each.replace(objective=config.objective, train=config.train) for each in grid}
    assert same == {config}


@pytest.mark.parametrize(
    ("objective", "betas", "told"),
    [
        ("factor", [1.0], "no beta"),
        ("elbo", [], "1 to 100"),
        ("elbo", [float(i) for i in range(101)], "1 to 100"),
        ("elbo", [-1.0], "beta"),
    ],
)
def test_a_grid_that_makes_no_sense(objective: str, betas: list[float], told: str) -> None:
    """It is refused with what is possible."""
    with pytest.raises(ConfigError, match=told):
        jobs.grid(tiny.config(objective={"kind": objective}), betas, [0])


@pytest.mark.parametrize("text", ["one", "1,,x", "1.5"])
def test_text_that_holds_no_numbers(text: str) -> None:
    """Seeds are whole numbers."""
    with pytest.raises(ConfigError, match="needed are"):
        jobs.whole_numbers(text)
    assert jobs.whole_numbers("0, 1 2") == [0, 1, 2]
    assert jobs.numbers("0.5,1") == [0.5, 1]


def test_runs_wait_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are queued, one starts."""
    started: list[jobs.Run] = []

    def start(run: jobs.Run) -> None:
        started.append(run)
        run.write_status(run.read_status().model_copy(update={"state": "running"}))

    monkeypatch.setattr("vae.jobs.queue.start", start)
    grid = jobs.grid(tiny.config(), [1, 2], [0, 1])
    runs = jobs.sweep(grid, jobs.root())
    assert [run.config for run in runs] == grid
    assert started[0] == runs[0]
