"""Settings of the data."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vae.config.base import Config, Shape

DataName = Literal["mnist", "fashion-mnist", "kmnist", "embedded", "sprites", "folder", "own"]


HEEDED_BY: dict[str, tuple[DataName, ...]] = {
    "path": ("mnist", "fashion-mnist", "kmnist", "folder"),
    "hold_out": ("mnist",),
    "size": ("folder",),
    "channels": ("folder",),
    "image_shape": ("own",),
}
"""Settings that the data of these names alone heeds; every other setting is for all."""


class DataConfig(Config):
    """Which images, and as what their pixels are taken."""

    name: DataName = "mnist"
    path: Path | None = None
    """Folder of IDX files, or folder or zip of images; None searches the usual places. A model from
    elsewhere may not say where its images are."""
    hold_out: Literal["none", "embedded"] = "none"
    """`embedded` leaves the 5,000 embedded digits out of MNIST's training set."""
    pixels: Literal["dynamic", "fixed", "grey"] = "dynamic"
    """Binarised anew at every use, binarised once, or left as grey values."""
    size: Annotated[int, Field(ge=8, le=128, multiple_of=4)] = 28
    """Side in pixels to which a folder's images are scaled."""
    channels: Literal[1, 3] = 1
    """Grey or colour, for a folder of images."""
    image_shape: Shape | None = None
    """Channels, height and width of images that a program gives itself, which is data 'own'."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Train on the first so many images only."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.name == "own") != (self.image_shape is not None):
            raise ValueError("data 'own' needs an image_shape, and no other data has one")
        if self.hold_out == "embedded" and self.name != "mnist":
            raise ValueError(
                "the embedded digits are part of MNIST only: drop hold_out or use data 'mnist'"
            )
        return self

    @property
    def shape(self) -> Shape:
        """Channels, height and width of every image."""
        if self.image_shape is not None:
            return self.image_shape
        if self.name == "folder":
            return (self.channels, self.size, self.size)
        return (1, 64, 64) if self.name == "sprites" else (1, 28, 28)
