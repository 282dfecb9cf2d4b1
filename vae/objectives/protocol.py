"""What every objective offers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae.models import Inference, Labels, Model


@dataclass(frozen=True)
class Terms:
    """One batch: the loss to minimise and its parts, means per image in nats."""

    loss: Float[Tensor, ""]
    parts: dict[str, Float[Tensor, ""]]
    """`recon` and `kl` unweighted, and what else the objective has."""


class Objective(nn.Module, ABC):
    """A function of what a model infers; its own parameters, if any, are trained along."""

    config: Any
    """Its settings; a training may exchange them for others of the same kind."""
    samples: int = 1
    """Codes drawn for each image."""
    learning_rate: float | None = None
    """Of its own parameters; None where it has none."""

    def forward(
        self,
        model: Model,
        x: Float[Tensor, "n c h w"],
        y: Labels | None,
        step: int,
        generator: torch.Generator | None = None,
    ) -> Terms:
        """Loss and terms of one batch at one step of the training."""
        return self.terms(model.infer(x, y, self.samples, generator), step, generator)

    @abstractmethod
    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        """Loss and terms of what the model inferred."""


def warm_up(weight: float, step: int, steps: int) -> float:
    """A weight that grows linearly from 0 to its value over the first steps."""
    return weight if step >= steps else weight * step / steps
