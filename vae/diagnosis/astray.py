"""When a training has gone astray: judged by its first step, whatever the time that a step takes.

At its start a model gives every image the data's mean, which costs what the first step says. A
training that is ten times worse than that is none any more, and neither is one whose code costs so
much: all that a code can save is the reconstruction.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vae.config import (
    BetaTcConfig,
    CapacityConfig,
    ElboConfig,
    ObjectiveConfig,
    ReconstructionConfig,
    RunConfig,
)

WORSE = 10.0
"""So many times the first reconstruction beyond it."""
PER_PIXEL = 1.0
"""Nats a pixel beyond it at the least: a density's first reconstruction may happen to be about 0."""
UNSEEN = 10.0
"""Held-out images may be so many times further off: a model that learnt by heart is sure of itself."""


@dataclass(frozen=True)
class Bounds:
    """What a step's terms may be at the most, in nats per image."""

    first: float
    """Reconstruction at the first step."""
    recon: float
    kl: float
    """Infinite where the loss does not weigh the KL."""

    def broken(self, terms: Mapping[str, float]) -> str:
        """What is beyond them, as a sentence without its end; empty where all is within."""
        if terms.get("recon", -math.inf) > self.recon:
            return f"The reconstruction rose from {self.first:,.0f} to {terms['recon']:,.0f} nats"
        if terms.get("kl", -math.inf) > self.kl:
            began = f"the reconstruction began at {self.first:,.0f}"
            return f"The KL rose to {terms['kl']:,.0f} nats ({began})"
        return ""


def bounds(config: RunConfig, first_recon: float, step: int, *, held_out: bool = False) -> Bounds:
    """The bounds of a training that has come to a step, for its own images or for held-out ones."""
    slack = max(WORSE * abs(first_recon), PER_PIXEL * config.model.pixels)
    slack *= UNSEEN if held_out else 1.0
    # A KL that grew while it cost little is no error when the weight is raised.
    weight = min(1.0, *(_weight_of_kl(each) for each in _objectives(config, step)))
    kl = _free(config) + slack / weight if weight else math.inf
    return Bounds(first_recon, first_recon + slack, kl)


def not_finite(terms: Mapping[str, float]) -> str:
    """Which terms are no finite numbers, as a sentence without its end; empty where all are."""
    broken = [name for name, value in terms.items() if not math.isfinite(value)]
    return f"{' and '.join(broken)} became {terms[broken[0]]}" if broken else ""


def _objectives(config: RunConfig, step: int) -> Iterator[ObjectiveConfig]:
    """What the training has asked for so far, with every weight that was in force."""
    yield config.objective
    for change in config.train.changes:
        if change.step <= step and change.weight is not None:
            yield config.objective.weighing(change.weight)


def _weight_of_kl(objective: ObjectiveConfig) -> float:
    """What a nat of KL costs at the least."""
    match objective:
        case ReconstructionConfig():
            return 0.0
        case ElboConfig():
            return objective.beta
        case CapacityConfig():
            return objective.gamma
        case BetaTcConfig():
            return min(objective.alpha, objective.beta, objective.gamma)
        case _:
            return 1.0


def _free(config: RunConfig) -> float:
    """Nats of KL that the objective asks for, or that cost nothing."""
    match config.objective:
        case ElboConfig() as objective:
            return objective.free_bits * config.model.latent_dim
        case CapacityConfig() as objective:
            return objective.capacity
        case _:
            return 0.0
