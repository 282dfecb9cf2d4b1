"""The smallest trainings that are real, and processes that end with their test."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from vae.config import RunConfig
from vae.jobs import Run, complete, runs

Configure = Callable[..., RunConfig]


@pytest.fixture
def config() -> Configure:
    """Settings of a training of some milliseconds an epoch; a keyword is a training setting."""

    def configure(limit: int = 256, **train: Any) -> RunConfig:
        return complete(
            {
                "data": {"name": "embedded", "limit": limit},
                "model": {"latent_dim": 2, "backbone": {"kind": "mlp", "hidden": (16,)}},
                "train": {"epochs": 2, "batch_size": 64, "device": "cpu"} | train,
            }
        )

    return configure


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder of runs, whose workers are killed in the end."""
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    for entry in runs(folder):
        if entry.run.alive and entry.status and entry.status.pid:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(entry.status.pid).kill()


def wait(condition: Callable[[], bool], seconds: float = 240) -> float:
    """Wait for a condition; gives back how long it took in seconds."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, "this takes too long"
        time.sleep(0.02)
    return time.monotonic() - begin


def state_is(run: Run, *states: str) -> Callable[[], bool]:
    """Whether the run is in one of the states."""
    return lambda: run.status.state in states
