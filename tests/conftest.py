"""What every test can rely on: a seed, one thread, and folders that are not the user's."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Two test processes and what they start share few cores. Read when torch is imported.
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs, caches and data of the user are out of reach, for processes that tests start too."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAE_RUNS", str(home / "runs"))
        patch.setenv("VAE_CACHE", str(home / "cache"))
        patch.delenv("VAE_DATA", raising=False)
        yield


@pytest.fixture(autouse=True)
def _own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees another's runs or caches."""
    monkeypatch.setenv("VAE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _torch_as_new() -> None:
    """Seeded and on one thread, whatever ran before; torch is not imported for it."""
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
        torch.set_num_threads(1)
