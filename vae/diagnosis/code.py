"""Whether a code tells anything: posterior collapse, and a KL that weighs too much."""

import math

from vae.config import BetaTcConfig, CvaeConfig, ElboConfig
from vae.diagnosis.facts import USED, Facts
from vae.diagnosis.finding import Finding, Remedy
from vae.diagnosis.learning import hardly_begun

BIT = math.log(2)
"""Nats that answer one question with yes or no: a code with less cannot even tell two halves apart."""
SILENT = BIT / 10
"""Nats per image below which a code says nothing."""


def collapsed(facts: Facts) -> Finding | None:
    """A code that tells less than one bit of a picture, and not for the weight of its KL alone."""
    if facts.told is None or facts.kl is None or facts.told >= BIT:
        return None
    if facts.pressure > 1 and facts.told >= SILENT:
        return None  # over-regularised
    if hardly_begun(facts) and facts.weight <= 1:
        return None  # every code is silent at first
    evidence = [
        f"KL is {facts.kl:.3f} nats per image; to answer one question with yes or no takes {BIT:.2f}.",
        f"{facts.used} of {len(facts.kl_per_unit)} units carry at least {USED:g} nats.",
    ]
    if facts.mutual_information is not None:
        evidence.append(
            f"Image and code share {max(0.0, facts.mutual_information):.3f} nats of information."
        )
    evidence += _pressing(facts)
    whose = " of its label" if isinstance(facts.config.model, CvaeConfig) else ""
    text = (
        f"The code says nothing of the image: every picture decodes to the average one{whose}."
        if facts.told < SILENT
        else f"The code says next to nothing: pictures decode to nearly the same one{whose}."
    )
    return Finding("collapsed", text, tuple(evidence), _open_the_code(facts))


def over_regularised(facts: Facts) -> Finding | None:
    """A weight on the KL that leaves most units empty, or the code with less than one bit."""
    units = len(facts.kl_per_unit)
    if facts.pressure <= 1 or facts.told is None or facts.kl is None or facts.told < SILENT:
        return None
    most_unused = facts.weight > 1 and facts.used < units / 2
    if not most_unused and facts.told >= BIT:
        return None
    evidence = [
        f"{facts.used} of {units} units carry at least {USED:g} nats; all together {facts.kl:.2f} nats.",
        *_pressing(facts),
    ]
    if facts.recon is not None:
        gained = (
            "" if facts.start is None else f", {facts.start:,.1f} where all are the average one"
        )
        evidence.append(f"The reconstruction costs {facts.recon:,.1f} nats per image{gained}.")
    text = (
        "Most units have collapsed to the prior, so the pictures are blurred."
        if most_unused
        else f"The code tells less than one bit, {BIT:.2f} nats: the pictures are nearly all alike."
    )
    return Finding("over-regularised", text, tuple(evidence), _release(facts))


def _pressing(facts: Facts) -> list[str]:
    """How much more the KL weighs than in the ELBO, or a part of it."""
    if facts.weight > 1:
        return [f"The KL weighs {facts.weight:g} times what the ELBO gives it."]
    if facts.pressure > 1:
        return [f"A part of the KL weighs {facts.pressure:g} times what the ELBO gives it."]
    return []


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


def _release(facts: Facts) -> Remedy | None:
    """A quarter of the weight."""
    if not isinstance(facts.config.objective, ElboConfig | BetaTcConfig):
        return None
    beta = max(1.0, facts.pressure / 4)
    return Remedy(f"Train with beta {beta:g}", {"objective.beta": beta})
