"""A training named in plain words, with the numbers that led to it and what would mend it."""

from collections.abc import Callable

from vae.diagnosis import astray
from vae.diagnosis.code import collapsed, over_regularised
from vae.diagnosis.facts import Facts
from vae.diagnosis.finding import Finding, Remedy
from vae.diagnosis.learning import FEWEST_EPOCHS, gap, over_fitted, under_trained


def diagnose(facts: Facts) -> list[Finding]:
    """All that is the matter, the gravest first; where nothing is, whether that means anything."""
    if diverged := _diverged(facts):
        return [diverged]
    rules: tuple[Callable[[Facts], Finding | None], ...] = (
        collapsed,
        over_regularised,
        over_fitted,
        under_trained,
    )
    found = [finding for rule in rules if (finding := rule(facts))]
    return found or [_sound(facts)]


def _diverged(facts: Facts) -> Finding | None:
    rate = facts.config.levers().learning_rate or facts.config.train.learning_rate
    evidence = [facts.cause] if facts.cause else []
    if wrong := _first_astray(facts):
        evidence.append(wrong)
    if not evidence:
        return None
    evidence.append(f"The learning rate was {rate:g}.")
    remedy = Remedy(f"Train with learning rate {rate / 10:g}", {"train.learning_rate": rate / 10})
    text = "The training went astray: its steps were too long."
    return Finding("diverged", text, tuple(evidence), remedy)


def _first_astray(facts: Facts) -> str:
    """What was wrong with the first epoch that was no training any more."""
    for epoch in facts.epochs:
        if broken := astray.not_finite(epoch.train) or astray.not_finite(epoch.held_out):
            return f"In epoch {epoch.epoch} {broken}."
        if facts.ceiling is None:
            continue
        for held_out, terms in ((False, epoch.train), (True, epoch.held_out)):
            bounds = astray.bounds(facts.config, facts.ceiling, epoch.step, held_out=held_out)
            if broken := bounds.broken(terms):
                return f"{broken} in epoch {epoch.epoch}."
    return ""


def _sound(facts: Facts) -> Finding:
    """Nothing found; and whether that means anything."""
    evidence = []
    if facts.kl is not None:
        evidence.append(
            f"{facts.used} of {len(facts.kl_per_unit)} units carry {facts.kl:.1f} nats per image."
        )
    if not facts.epochs:
        if facts.recon is None and not facts.kl_per_unit:
            return Finding("unknown", "Nothing is known of this model yet.", ())
        evidence.append("Whether it was trained for long enough cannot be told.")
        text = "No problem found (this training was not recorded)."
        return Finding("unrecorded", text, tuple(evidence))
    if len(facts.epochs) < FEWEST_EPOCHS:
        text = f"No problem found; whether the loss has settled shows after {FEWEST_EPOCHS} epochs."
        return Finding("unknown", text, tuple(evidence))
    held = facts.loss(facts.epochs[-1].held_out)
    evidence += [f"The held-out loss has settled at {held:,.1f} nats.", gap(facts)]
    return Finding("healthy", "A healthy training.", tuple(evidence))
