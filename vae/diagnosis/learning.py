"""How far the learning came: not far enough, too far, or nowhere."""

from vae.diagnosis.facts import Facts
from vae.diagnosis.finding import Finding, Remedy

GAP = 0.1
"""Share of what a model has gained on its training images that others may lack."""
MOVE = 0.02
"""Share of what a model has gained by which a settled loss may still fall or rise."""
TRIFLE = 0.005
"""Share of its start that is not worth a word, however little a model has gained."""
STUCK = 0.02
"""Share of its start by which a loss has to fall for anything to have been learnt."""
ERRORS = 3.0
"""Standard errors by which held-out images have to do worse: a few may be hard by chance."""
FEWEST_EPOCHS = 4
"""Epochs from which on a last quarter can be judged."""
FEWEST_STEPS = 2_000
"""Steps of a training that was shorter than that."""


def over_fitted(facts: Facts) -> Finding | None:
    """A held-out loss that rises, or lacks much of what was gained on the training images."""
    if len(facts.epochs) < FEWEST_EPOCHS:
        return None
    last = facts.epochs[-1]
    best = min(facts.epochs, key=lambda epoch: facts.loss(epoch.held_out))
    held, train = facts.loss(last.held_out), facts.loss(last.train)
    lowest = facts.loss(best.held_out)
    rose = held - lowest > _worth_a_word(facts, MOVE, lowest) and train < facts.loss(best.train)
    by_chance = ERRORS * (last.held_out_error or 0.0)
    apart = held - train > max(_worth_a_word(facts, GAP, train), by_chance)
    if not rose and not apart:
        return None
    evidence = [gap(facts)]
    if rose:
        evidence.append(
            f"The held-out loss was lowest after epoch {best.epoch}, {lowest:,.1f} nats, and has risen since."
        )
    if limit := facts.config.data.limit:
        evidence.append(f"It learnt from {limit:,} images only.")
        remedy = Remedy("Train on all images", {"data.limit": None})
    else:
        fewer = best.epoch if rose else max(1, last.epoch // 2)
        remedy = Remedy(f"Train {fewer} epochs", {"train.epochs": fewer})
    text = "The model has learnt its training images by heart and does worse on others."
    return Finding("over-fitted", text, tuple(evidence), remedy)


def under_trained(facts: Facts) -> Finding | None:
    """A training that has hardly begun, or whose held-out loss still falls."""
    if not facts.epochs:
        return None
    more = {"train.epochs": max(10, 4 * facts.config.train.epochs)}
    remedy = Remedy(f"Train {more['train.epochs']} epochs", more)
    count = len(facts.epochs)
    if hardly_begun(facts):
        evidence = f"It has taken {facts.steps:,} steps in {count} epoch{'s' * (count > 1)}."
        text = "The training has hardly begun: its numbers say nothing of the model yet."
        return Finding("under-trained", text, (evidence,), remedy)
    if count < FEWEST_EPOCHS:
        return None
    quarter = facts.epochs[-1 - max(1, count // 4)]
    before, now = facts.loss(quarter.held_out), facts.loss(facts.epochs[-1].held_out)
    if before - now <= _worth_a_word(facts, MOVE, now):
        return None
    evidence = (
        f"The held-out loss fell from {before:,.1f} nats after epoch {quarter.epoch} "
        f"to {now:,.1f} after epoch {facts.epochs[-1].epoch}."
    )
    return Finding(
        "under-trained", "The loss is still falling: the model can learn more.", (evidence,), remedy
    )


def hardly_begun(facts: Facts) -> bool:
    """Whether too little was done to be judged: few steps, in few epochs or without any effect."""
    if not facts.epochs or facts.steps >= FEWEST_STEPS:
        return False
    return len(facts.epochs) < FEWEST_EPOCHS or (facts.pressure <= 1 and _stuck(facts))


def gap(facts: Facts) -> str:
    """Training and held-out loss, and what lies between them as a share of what was gained."""
    last = facts.epochs[-1]
    held, train = facts.loss(last.held_out), facts.loss(last.train)
    said = f"The loss is {train:,.1f} nats on training images and {held:,.1f} on held-out ones"
    if facts.start is None or held <= train or (gained := facts.start - train) <= 0:
        return f"{said}."
    return (
        f"{said}: they lack {100 * (held - train) / gained:.0f} % of the {gained:,.1f} nats "
        "that the model has gained over the average picture."
    )


def _worth_a_word(facts: Facts, share: float, loss: float) -> float:
    """A share of the nats by which a loss lies below that of the average picture.

    A loss as such tells nothing: most of it may be noise that no model can learn. Where the start
    is not known, the first epoch has to do.
    """
    if facts.start is None:
        gained = max(abs(loss), facts.loss(facts.epochs[0].train) - loss)
        return share * gained
    return max(share * (facts.start - loss), TRIFLE * abs(facts.start))


def _stuck(facts: Facts) -> bool:
    """Whether the loss is still where it began."""
    if facts.start is None:
        return False
    fallen = facts.start - facts.loss(facts.epochs[-1].train)
    return abs(fallen) < STUCK * abs(facts.start)
