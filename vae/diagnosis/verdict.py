"""A training named in plain words, with the numbers that led to it and what would mend it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from vae.config import AutoencoderConfig, ElboConfig
from vae.diagnosis.facts import Facts
from vae.events import Epoch, Terms

Name = Literal[
    "diverged",
    "collapsed",
    "over-fitted",
    "under-trained",
    "over-regularised",
    "healthy",
    "unknown",
]

BLOWN_UP = 10.0
"""A training loss so many times the held-out reconstruction is no training any more."""
SILENT = 0.1
"""Nats per image that a code needs to say anything."""
GAP = 0.1
"""Share of the held-out loss by which the training loss may lie below it."""
RISE = 0.02
"""Share of its best value by which the held-out loss may lie above it at the end."""
FALL = 0.02
"""Share by which the held-out loss may still fall over the last quarter."""
LEAST = 0.5
"""Nats per image that a fall or a rise must have to be worth a word."""
FEWEST_EPOCHS = 4
"""Epochs from which on a last quarter can be judged."""
FEWEST_STEPS = 2_000
"""Steps of a training that was shorter than that."""


@dataclass(frozen=True)
class Remedy:
    """What would mend it."""

    text: str
    changes: dict[str, Any] = field(default_factory=dict)
    """Settings by path, such as `objective.beta`."""


@dataclass(frozen=True)
class Finding:
    """What is the matter with a training, or that nothing is."""

    name: Name
    text: str
    evidence: tuple[str, ...]
    """The numbers behind it, a sentence each."""
    remedy: Remedy | None = None


def diagnose(facts: Facts) -> list[Finding]:
    """All that is the matter, the gravest first; a single `healthy` or `unknown` where nothing is."""
    if diverged := _diverged(facts):
        return [diverged]
    rules: tuple[Callable[[Facts], Finding | None], ...] = (
        _collapsed,
        _over_fitted,
        _under_trained,
        _over_regularised,
    )
    found = [finding for rule in rules if (finding := rule(facts))]
    return found or [_sound(facts)]


def _diverged(facts: Facts) -> Finding | None:
    rate = facts.config.train.learning_rate
    evidence = [facts.cause] if facts.cause else []
    broken = [e.epoch for e in facts.epochs if not all(map(math.isfinite, _values(e)))]
    if broken:
        evidence.append(f"After epoch {broken[0]} a term of the loss was no finite number.")
    elif facts.epochs and (worst := _blown_up(facts)):
        epoch, loss, recon = worst
        evidence.append(
            f"In epoch {epoch} the training loss was {loss:,.0f} nats; the best reconstruction is {recon:,.0f}."
        )
    if not evidence:
        return None
    evidence.append(f"The learning rate was {rate:g}.")
    remedy = Remedy(f"Train with learning rate {rate / 10:g}", {"train.learning_rate": rate / 10})
    return Finding(
        "diverged", "The training went astray: its steps were too long.", tuple(evidence), remedy
    )


def _blown_up(facts: Facts) -> tuple[int, float, float] | None:
    recon = min(epoch.held_out.get("recon", math.inf) for epoch in facts.epochs)
    worst = max(facts.epochs, key=lambda epoch: epoch.train["loss"])
    limit = BLOWN_UP * max(1.0, abs(recon)) * max(1.0, facts.weight)
    return (worst.epoch, worst.train["loss"], recon) if worst.train["loss"] > limit else None


def _collapsed(facts: Facts) -> Finding | None:
    if not facts.kl_per_unit or facts.kl is None or facts.kl >= SILENT:
        return None
    if _hardly_begun(facts) and facts.weight <= 1:
        return None  # every code is silent at first
    evidence = [
        f"KL is {facts.kl:.3f} nats per image, less than {SILENT:g}.",
        f"{facts.used} of {len(facts.kl_per_unit)} units carry at least 0.01 nats.",
    ]
    if facts.mutual_information is not None:
        evidence.append(
            f"Image and code share {max(0.0, facts.mutual_information):.3f} nats of information."
        )
    if facts.weight > 1:
        evidence.append(f"The KL weighs {facts.weight:g} times what the ELBO gives it.")
    text = "The code says nothing of the image: every picture decodes to the average one."
    return Finding("collapsed", text, tuple(evidence), _open_the_code(facts))


def _open_the_code(facts: Facts) -> Remedy | None:
    """Less weight on the KL, or where it is 1 at most, a slow start and free nats."""
    objective = facts.config.objective
    if not isinstance(objective, ElboConfig):
        return Remedy(
            "Train the ELBO with beta 1", {"objective.kind": "elbo", "objective.beta": 1.0}
        )
    if facts.weight > 1:
        return Remedy("Train with beta 1", {"objective.beta": 1.0})
    steps = max(1_000, facts.steps // 2)
    changes = {"objective.warmup_steps": steps, "objective.free_bits": 0.1}
    return Remedy(f"Train with a warm-up of {steps:,} steps and 0.1 free nats a unit", changes)


def _over_fitted(facts: Facts) -> Finding | None:
    if len(facts.epochs) < FEWEST_EPOCHS:
        return None
    last = facts.epochs[-1]
    best = min(facts.epochs, key=lambda epoch: facts.loss(epoch.held_out))
    held, train = facts.loss(last.held_out), facts.loss(last.train)
    lowest = facts.loss(best.held_out)
    rose = held - lowest > max(LEAST, RISE * abs(lowest)) and train < facts.loss(best.train)
    apart = held - train > max(LEAST, GAP * abs(held))
    if not rose and not apart:
        return None
    evidence = [f"The loss is {train:.1f} nats on training images and {held:.1f} on held-out ones."]
    if rose:
        evidence.append(
            f"The held-out loss was lowest after epoch {best.epoch}, {lowest:.1f} nats, and has risen since."
        )
    if limit := facts.config.data.limit:
        evidence.append(f"It learnt from {limit:,} images only.")
        remedy = Remedy("Train on all images", {"data.limit": None})
    else:
        fewer = best.epoch if rose else max(1, last.epoch // 2)
        remedy = Remedy(f"Train {fewer} epochs", {"train.epochs": fewer})
    text = "The model has learnt its training images by heart and does worse on others."
    return Finding("over-fitted", text, tuple(evidence), remedy)


def _under_trained(facts: Facts) -> Finding | None:
    if not facts.epochs:
        return None
    more = {"train.epochs": max(10, 4 * facts.config.train.epochs)}
    remedy = Remedy(f"Train {more['train.epochs']} epochs", more)
    count = len(facts.epochs)
    if _hardly_begun(facts):
        evidence = f"It has taken {facts.steps:,} steps in {count} epoch{'s' * (count > 1)}."
        text = "The training has hardly begun: its numbers say nothing of the model yet."
        return Finding("under-trained", text, (evidence,), remedy)
    if count < FEWEST_EPOCHS:
        return None
    quarter = facts.epochs[-1 - max(1, count // 4)]
    before, now = facts.loss(quarter.held_out), facts.loss(facts.epochs[-1].held_out)
    if before - now <= max(LEAST, FALL * abs(before)):
        return None
    evidence = (
        f"The held-out loss fell from {before:.1f} nats after epoch {quarter.epoch} "
        f"to {now:.1f} after epoch {facts.epochs[-1].epoch}: by {100 * (before - now) / abs(before):.1f} %."
    )
    return Finding(
        "under-trained", "The loss is still falling: the model can learn more.", (evidence,), remedy
    )


def _hardly_begun(facts: Facts) -> bool:
    return 0 < len(facts.epochs) < FEWEST_EPOCHS and facts.steps < FEWEST_STEPS


def _over_regularised(facts: Facts) -> Finding | None:
    units = len(facts.kl_per_unit)
    if facts.weight <= 1 or facts.kl is None or not units or facts.kl < SILENT:
        return None
    if facts.used >= units / 2:
        return None
    evidence = [
        f"{facts.used} of {units} units carry at least 0.01 nats; all together {facts.kl:.2f} nats.",
        f"The KL weighs {facts.weight:g} times what the ELBO gives it.",
    ]
    if facts.recon is not None:
        evidence.append(f"The reconstruction costs {facts.recon:.1f} nats per image.")
    beta = max(1.0, facts.weight / 4)
    remedy = (
        Remedy(f"Train with beta {beta:g}", {"objective.beta": beta})
        if isinstance(facts.config.objective, ElboConfig)
        else None
    )
    text = "Most units are pressed flat, and the pictures are blurred for it."
    return Finding("over-regularised", text, tuple(evidence), remedy)


def _sound(facts: Facts) -> Finding:
    """Nothing found; and whether that means anything."""
    evidence = []
    if facts.kl is not None and facts.kl_per_unit:
        evidence.append(
            f"{facts.used} of {len(facts.kl_per_unit)} units carry {facts.kl:.1f} nats per image."
        )
    if len(facts.epochs) >= FEWEST_EPOCHS:
        last = facts.epochs[-1]
        train, held = facts.loss(last.train), facts.loss(last.held_out)
        evidence.append(f"The held-out loss has settled at {held:.1f} nats.")
        evidence.append(f"On training images it is {train:.1f} nats: the two lie close.")
    elif not facts.epochs:
        evidence.append(
            "How its training went was not recorded: whether it was long enough cannot be told."
        )
    if not facts.kl_per_unit and not isinstance(facts.config.model, AutoencoderConfig):
        return Finding("unknown", "Nothing is known of this model yet.", tuple(evidence))
    text = "Nothing is wrong with what is known." if not facts.epochs else "A healthy training."
    return Finding("healthy", text, tuple(evidence))


def _values(epoch: Epoch) -> list[float]:
    terms: tuple[Terms, ...] = (epoch.train, epoch.held_out)
    return [value for each in terms for value in each.values()]
