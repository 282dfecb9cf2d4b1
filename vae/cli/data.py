"""The images that a command works on: which, and whether they are what was asked for."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vae import console, jobs
from vae.config import DataConfig, RunConfig, parse
from vae.errors import ConfigError, DataError

if TYPE_CHECKING:
    from vae.data import Dataset

StandInOption = Annotated[
    bool,
    typer.Option("--stand-in", help="Take the 5,000 embedded digits where MNIST cannot be had."),
]


class Split(StrEnum):
    """Parts of the data."""

    TRAIN = "train"
    TEST = "test"
    ALL = "all"


def data_to_measure(
    config: RunConfig, name: str | None, path: Path | None, pixels: str | None
) -> DataConfig:
    """The data of a model's training, or other data in its shape."""
    changes: dict[str, Any] = {"limit": None}
    if pixels is not None:
        changes["pixels"] = pixels
    if path is not None:
        changes["path"] = path
        check_heeded(name or config.data.name)
    if name is None or name == config.data.name:
        return config.data.replace(**changes)
    channels, size, _ = config.model.shape
    changes |= {"size": size, "channels": channels} if name == "folder" else {}
    return parse(DataConfig, {"name": name, "pixels": config.data.pixels} | changes)


def check_heeded(name: str) -> None:
    """ConfigError where data of this name is not looked for in a folder."""
    if why := jobs.misplaced("data.path", {"data": {"name": name}}):
        raise ConfigError(f"--data-dir: {why}.")


def load(
    config: DataConfig, split: Split, *, stand_in: bool, progress: jobs.OnProgress
) -> "Dataset":
    """The images, downloaded where they are not on this machine.

    Raises:
        DataError: they cannot be read, or others would stand in for them unasked.
    """
    from vae import data  # noqa: PLC0415 - imports torch

    images = data.load(config, split.value, download=True, progress=progress)
    if images.name != config.name and not stand_in:
        raise DataError(
            "MNIST is neither on this machine nor to be downloaded; only 5,000 of its digits are "
            "here. Add --stand-in to take those, or give MNIST's folder with --data-dir."
        )
    return images


def check_there(config: DataConfig, *, stand_in: bool) -> None:
    """DataError where a training would begin on other images than it is asked for."""
    if config.name == "mnist" and not stand_in:  # nothing stands in for other data
        with console.counting_bar() as progress:
            load(config, Split.TRAIN, stand_in=False, progress=progress)
