"""What is known of a training, gathered from what it left behind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vae.config import (
    AutoencoderConfig,
    BernoulliConfig,
    BetaTcConfig,
    CapacityConfig,
    ElboConfig,
    FactorConfig,
    RunConfig,
)
from vae.events import Diverged, Epoch, Event, Step, Terms

USED = 0.01
"""A unit with less KL than so many nats carries nothing."""
EARLY = 10
"""Steps within which a model still gives every picture the average one, to within a few nats."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A training and its model; losses and KL in nats per image, on held-out images where not said."""

    config: RunConfig
    weight: float
    """Of the KL, at the end."""
    pressure: float
    """The largest weight that any part of the KL has at the end."""
    running: bool = False
    epochs: tuple[Epoch, ...] = ()
    """Empty where the training was not recorded."""
    steps: int = 0
    cause: str = ""
    """Why it stopped, where it diverged."""
    start: float | None = None
    """Reconstruction of a model that gives every picture the average one; None where it is not known."""
    recon: float | None = None
    kl: float | None = None
    kl_per_unit: tuple[float, ...] = ()
    mutual_information: float | None = None
    """Between image and code; None where it was not measured."""

    @property
    def has_kl(self) -> bool:
        """Whether the model's code is a distribution: a plain autoencoder's is a point."""
        return not isinstance(self.config.model, AutoencoderConfig)

    @property
    def told(self) -> float | None:
        """What the code tells of a picture, in nats: at most its KL; None where that is not known."""
        known = [v for v in (self.kl, self.mutual_information) if v is not None]
        return min(known) if self.has_kl and self.kl_per_unit and known else None

    @property
    def ceiling(self) -> float | None:
        """Reconstruction that no training should begin above: the start, or a coin for every pixel."""
        model = self.config.model
        coins = (
            [model.pixels * math.log(2)] if isinstance(model.likelihood, BernoulliConfig) else []
        )
        return min([*coins, *([self.start] if self.start is not None else [])], default=None)

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
    branched: bool = False,
    cause: str = "",
    recon: float | None = None,
    kl_per_unit: Sequence[float] = (),
    mutual_information: float | None = None,
) -> Facts:
    """The facts of a training from its events; `recon` and `kl_per_unit` where it has none.

    `branched` says that it began with the weights of another.
    """
    epochs = tuple(event for event in events if isinstance(event, Epoch))
    ends = [event.cause for event in events if isinstance(event, Diverged)]
    steps = [event.step for event in events if isinstance(event, Step | Epoch)]
    held_out = epochs[-1].held_out if epochs else {}
    per_unit = tuple(epochs[-1].kl_per_unit if epochs else kl_per_unit)
    if isinstance(config.model, AutoencoderConfig):
        per_unit = ()  # zeros, as older trainings wrote them
    return Facts(
        config=config,
        weight=_weight(config),
        pressure=_pressure(config),
        running=running,
        epochs=epochs,
        steps=max(steps, default=0),
        cause=ends[-1] if ends else cause,
        start=None if branched else _start(events),
        recon=held_out.get("recon", recon),
        kl=held_out.get("kl", math.fsum(per_unit)) if per_unit else None,
        kl_per_unit=per_unit,
        mutual_information=mutual_information,
    )


def _start(events: Sequence[Event]) -> float | None:
    """The first step's reconstruction, by whose bias every picture is the average one."""
    first = next((event for event in events if isinstance(event, Step)), None)
    return first.terms.get("recon") if first and first.step <= EARLY else None


def _weight(config: RunConfig) -> float:
    """Of the whole KL in the loss; capacity's holds the KL in its place and has none of its own."""
    objective = config.objective_at()
    match objective:
        case ElboConfig():
            return objective.beta
        case BetaTcConfig():
            return objective.gamma
        case _:
            return 1.0


def _pressure(config: RunConfig) -> float:
    """Of that part of the KL that weighs most."""
    objective = config.objective_at()
    match objective:
        case BetaTcConfig():
            return max(objective.alpha, objective.beta, objective.gamma)
        case FactorConfig():
            return 1.0 + objective.gamma
        case CapacityConfig():
            return 1.0
        case _:
            return _weight(config)
