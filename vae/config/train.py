"""Settings of a training's course, and what may be changed in the middle of it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vae.config.base import Config, Weight

Rate = Annotated[float, Field(gt=0, le=1)]
"""A learning rate."""


def _known(device: str) -> str:
    """A device that there may be; ValueError with the choices for any other word."""
    if not re.fullmatch("auto|cpu|mps|cuda(:[0-9]{1,2})?", device):
        raise ValueError("choose auto, cpu, mps, cuda, or cuda:1 for the second graphics card")
    return device


Device = Annotated[str, AfterValidator(_known)]
Frozen = Literal["none", "encoder", "decoder"]
"""Which half of the model does not learn."""


class Levers(Config):
    """What may be changed while a training goes on; None leaves a thing as it is."""

    learning_rate: Rate | None = None
    weight: Weight | None = None
    """The objective's `lever`: beta, or the gamma of its own term."""
    frozen: Frozen | None = None

    def over(self, before: "Levers") -> "Levers":
        """These, and what was before where they leave it."""
        return before.replace(**self.model_dump(exclude_none=True))


class Change(Levers):
    """A change that takes effect at a step: the training up to it is as without."""

    step: Annotated[int, Field(ge=0)]

    @property
    def levers(self) -> Levers:
        """What is changed."""
        return Levers(**self.model_dump(exclude={"step"}))


class TrainConfig(Config):
    """How long, how fast, on what."""

    epochs: Annotated[int, Field(ge=1, le=100_000)] = 20
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 128
    learning_rate: Rate = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    """Learning rate over the run: the same throughout, or down to zero along a cosine."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    device: Device = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    compile: Literal["auto", "on", "off"] = "auto"
    """Whether a C++ compiler makes one piece of code of a step; by itself where that pays."""
    changes: tuple[Change, ...] = ()
    """What was changed in mid-run, in order: a training with the same ones is the same training."""
