"""The parts of models that browsers fetch."""

from pathlib import Path

import pytest

from tests.live.made_up import make, write_checkpoint
from ui.live import blobs, weights
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


def test_a_part_is_kept_for_browsers(folder: Path, config: ModelConfig) -> None:
    """What the route gives for the hash is the part."""
    content = blobs.find(weights.digest(folder, "1", config, "decoder"))
    assert content is not None
    assert b'"mean"' in content


def test_another_version_is_read_anew(folder: Path, config: ModelConfig) -> None:
    """The file is read once in a version, and again in the next."""
    first = weights.digest(folder, "1", config, "decoder")
    folder.write_bytes(b"")
    assert weights.digest(folder, "1", config, "decoder") == first
    with pytest.raises(ValueError, match="damaged"):
        weights.digest(folder, "2", config, "decoder")
