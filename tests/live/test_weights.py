"""The store of what browsers fetch."""

from pathlib import Path

import pytest

from tests.live.made_up import make, write_checkpoint
from ui.live import weights
from vae.config import ModelConfig


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the checkpoint of one model."""
    write_checkpoint("vae", tmp_path)
    return tmp_path / "vae" / "model.safetensors"


@pytest.fixture
def config() -> ModelConfig:
    """The model's settings."""
    return make("vae").config


def test_known_by_hash(folder: Path, config: ModelConfig) -> None:
    """A part is found by its hash, and by nothing else."""
    digest = weights.digest(folder, "1", config, "decoder")
    assert weights._find(digest) is not None
    assert weights._find("0" * 64) is None


def test_another_version_is_read_anew(folder: Path, config: ModelConfig) -> None:
    """The file is read once in a version, and again in the next."""
    first = weights.digest(folder, "1", config, "decoder")
    folder.write_bytes(b"")
    assert weights.digest(folder, "1", config, "decoder") == first
    with pytest.raises(ValueError, match="damaged"):
        weights.digest(folder, "2", config, "decoder")


def test_bounded(folder: Path, config: ModelConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was used longest ago is dropped when there is too much, never what is asked for."""
    monkeypatch.setattr(weights, "LIMIT", 1)
    decoder = weights.digest(folder, "1", config, "decoder")
    encoder = weights.digest(folder, "1", config, "encoder")
    assert weights._find(decoder) is None
    assert weights._find(encoder) is not None
