"""A new training that begins with the weights of another, or of a moment of one."""

from pathlib import Path

from ui import state
from ui.train import settings
from vae.config import RunConfig


def prepare(weights: Path, title: str, config: RunConfig) -> None:
    """Fill the form of a new training with the settings of these weights, for this machine's device."""
    train = config.train.replace(changes=(), device="auto")
    state.branch(weights, title, settings.flatten(config.replace(train=train)))
