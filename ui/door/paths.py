"""Paths on this machine's disk that a session names: looked at only for who is at the machine."""

from ui.door.visitor import at_machine
from vae.config import DataConfig
from vae.errors import ConfigError

REFUSED = (
    "Images are chosen by a path only at the machine itself that the app runs on. Choose other data, or "
    "ask whoever runs it to begin this training there."
)
"""The same for every path: whether there is anything is nobody else's to know."""


def check(config: DataConfig) -> None:
    """ConfigError where a path is named from elsewhere, before anything is looked at."""
    if config.path is not None and not at_machine():
        raise ConfigError(REFUSED)


def hint() -> str:
    """What to do for a training on one's own images."""
    return (
        "Give the folder or zip of your images under Advanced, Data." if at_machine() else REFUSED
    )
