"""What is known of a training, gathered from what it left behind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vae.config import RunConfig
from vae.diagnosis.xray import xray
from vae.events import Diverged, Epoch, Event, Step, Terms

USED = 0.01
"""A unit with less KL than so many nats carries nothing."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A training and its model; losses and KL in nats per image, on held-out images where not said."""

    config: RunConfig
    weight: float
    """Of the KL, at the end."""
    running: bool = False
    epochs: tuple[Epoch, ...] = ()
    """Empty where the training was not recorded."""
    steps: int = 0
    cause: str = ""
    """Why it stopped, where it diverged."""
    recon: float | None = None
    kl: float | None = None
    kl_per_unit: tuple[float, ...] = ()
    mutual_information: float | None = None
    """Between image and code; None where it was not measured."""

    @property
    def used(self) -> int:
        """Units that carry something."""
        return sum(kl >= USED for kl in self.kl_per_unit)

    def loss(self, terms: Terms) -> float:
        """What the objective asks for at its final weights, of training and held-out images alike."""
        return terms["recon"] + self.weight * terms.get("kl", 0.0)


def facts(  # noqa: PLR0913 - each is known or not
    config: RunConfig,
    events: Sequence[Event] = (),
    *,
    running: bool = False,
    cause: str = "",
    recon: float | None = None,
    kl_per_unit: Sequence[float] = (),
    mutual_information: float | None = None,
) -> Facts:
    """The facts of a training from its events; `recon` and `kl_per_unit` where it has none."""
    epochs = tuple(event for event in events if isinstance(event, Epoch))
    ends = [event.cause for event in events if isinstance(event, Diverged)]
    steps = [event.step for event in events if isinstance(event, Step | Epoch)]
    held_out = epochs[-1].held_out if epochs else {}
    per_unit = tuple(epochs[-1].kl_per_unit if epochs else kl_per_unit)
    return Facts(
        config=config,
        weight=_weight(config),
        running=running,
        epochs=epochs,
        steps=max(steps, default=0),
        cause=ends[-1] if ends else cause,
        recon=held_out.get("recon", recon),
        kl=held_out.get("kl", math.fsum(per_unit) if per_unit else None),
        kl_per_unit=per_unit,
        mutual_information=mutual_information,
    )


def _weight(config: RunConfig) -> float:
    """Of the KL in the loss; capacity's holds the KL in its place and has none of its own."""
    beta = xray(config).beta
    return 1.0 if beta is None or config.objective.kind == "capacity" else beta
