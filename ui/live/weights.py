"""What the browser decodes and encodes with: a part of a model, under the hash of its content."""

from pathlib import Path

from ui.live import blobs
from vae.config import ModelConfig
from vae.export.layers import PartName, build, read_weights


def digest(weights: Path, version: str, config: ModelConfig, part: PartName) -> str:
    """The hash under which the browser finds a part of a model, as its file is in this version.

    Raises:
        CheckpointError: weights that cannot be read or do not fit the settings.
    """
    return blobs.digest(
        (weights, version, part), lambda: build(part, config, read_weights(weights)).blob
    )
