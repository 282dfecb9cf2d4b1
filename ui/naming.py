"""Names for people: of data, models, objectives and states; numbers as they are read."""

import logging
from collections.abc import Mapping
from datetime import datetime
from itertools import count

from vae import classes
from vae.config import (
    AutoencoderConfig,
    BetaTcConfig,
    CapacityConfig,
    CvaeConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    LadderConfig,
    Levers,
    ModelConfig,
    ObjectiveConfig,
    RunConfig,
)
from vae.jobs import Entry, Status

log = logging.getLogger(__name__)

UNREADABLE = "Cannot be read"
DATA = {
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "embedded": "embedded digits",
    "sprites": "sprites",
    "folder": "own images",
    "own": "images of a program",
}
STATES = {
    "queued": "Waiting",
    "running": "Training",
    "paused": "Paused",
    "done": "Done",
    "stopped": "Stopped",
    "failed": "Failed",
    "diverged": "Diverged",
    "interrupted": "Interrupted",
}


def describe(config: RunConfig, *, elbo: float | None = None, data: str = "") -> str:
    """A model in one line, such as `VAE z16 · MNIST · beta 1 · ELBO −98.3 nats`.

    `data` is the name of the data that was really used, where that is known.
    """
    parts = [model(config.model), DATA.get(data or config.data.name, data), goal(config)]
    if elbo is not None and not isinstance(config.model, AutoencoderConfig):
        parts.append(f"ELBO {number(elbo)} nats")
    return " · ".join(part for part in parts if part)


def model(config: ModelConfig) -> str:
    """A model's kind and the size of its code."""
    match config:
        case AutoencoderConfig():
            return f"Autoencoder z{config.latent_dim}"
        case CvaeConfig():
            return f"Conditional VAE z{config.latent_dim}"
        case LadderConfig():
            return f"Ladder VAE z{'+'.join(str(dim) for dim in config.latent_dims)}"
        case _:
            return f"VAE z{config.latent_dim}"


def goal(config: RunConfig) -> str:
    """What is asked for at the end, and its main weight; nothing for a plain autoencoder.

    Of a weight that was changed in mid-run both are told, as `beta 20 (at first beta 1)`.
    """
    began, ended = _goal(config.objective), _goal(config.objective_at())
    return ended if began == ended else f"{ended} (at first {began})"


def beta(config: RunConfig) -> float:
    """The weight beta at the end of the training; 1 for an objective without one."""
    return float(getattr(config.objective_at(), "beta", 1.0))


def _goal(config: ObjectiveConfig) -> str:
    match config:
        case ElboConfig():
            return f"beta {config.beta:g}"
        case CapacityConfig():
            return f"capacity {config.capacity:g} nats"
        case BetaTcConfig():
            return f"beta-TC {config.beta:g}"
        case FactorConfig():
            return f"FactorVAE gamma {config.gamma:g}"
        case IwaeConfig():
            return f"IWAE k {config.samples}"
        case _:
            return "" if config.kind == "reconstruction" else config.kind.upper()


def change(levers: Levers) -> str:
    """What was changed in mid-run, in a line."""
    parts = []
    if levers.weight is not None:
        parts.append(f"weight {levers.weight:g}")
    if levers.learning_rate is not None:
        parts.append(f"learning rate {levers.learning_rate:g}")
    if levers.frozen is not None:
        parts.append("all learns" if levers.frozen == "none" else f"{levers.frozen} frozen")
    return ", ".join(parts)


def class_names(config: RunConfig) -> tuple[str, ...]:
    """The labels that a conditional model takes, by number; empty for another."""
    return classes.names_of(config)


def number(value: float, digits: int = 1) -> str:
    """A number with the sign of mathematics."""
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def duration(seconds: float) -> str:
    """A length of time in its two largest units, such as `2 min 5 s`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def progress(status: Status, config: RunConfig, wish: str) -> str:
    """Where a training stands, in a line."""
    done = min(status.epoch, config.train.epochs)
    epochs = f"epoch {done:.1f} of {config.train.epochs}"
    if status.state == "queued":
        return "Waiting for its turn"
    if status.state == "done":
        return f"Done: {config.train.epochs} epochs in {duration(status.seconds)}"
    if status.state != "running":
        return f"{STATES[status.state]} at {epochs}"
    if wish != "run":
        return f"{'Pausing' if wish == 'pause' else 'Stopping'} at {epochs}"
    if not status.images_per_second:
        return status.busy or "Getting ready"
    left = status.seconds_left
    ending = f" · {duration(left)} left" if left is not None else ""
    return f"{epochs.capitalize()} · {number(status.images_per_second, 0)} images/s{ending}"


def run_title(entry: Entry) -> str:
    """A training in a list: what it trains and since when; its name where that cannot be read."""
    if entry.config is None:
        return entry.run.name
    data = entry.status.data_name if entry.status else ""
    return f"{describe(entry.config, data=data)} · {time(entry.since)}"


def run_state(entry: Entry, turn: int = 0) -> str:
    """Where a training in a list stands; `turn` is its place in the queue."""
    if entry.status is None or entry.config is None:
        return UNREADABLE
    name = STATES[entry.status.state]
    if turn:
        return f"{name}: number {turn} in the queue"
    if entry.status.state in ("running", "paused"):
        return f"{name}: epoch {entry.status.epoch:.1f} of {entry.config.train.epochs}"
    return name


def run_row(entry: Entry, turn: int = 0) -> tuple[str, str]:
    """Title and state of a training in a list; its name where that fails, so that the other rows stay."""
    try:
        return run_title(entry), run_state(entry, turn)
    except Exception:
        log.exception("The row of %s failed", entry.run.name)
        return entry.run.name, UNREADABLE


def time(moment: datetime) -> str:
    """A moment, in this machine's time."""
    return f"{moment.astimezone():%d %b %H:%M}"


def unique(titles: Mapping[str, str]) -> dict[str, str]:
    """The titles by key, with numbers where they would be the same: a widget needs to tell them apart."""
    taken: set[str] = set()
    told_apart: dict[str, str] = {}
    own = set(titles.values())
    for key, title in reversed(
        list(titles.items())
    ):  # newest first: what comes later renames nothing
        numbered = (f"{title} ({n})" for n in count(2))
        free = (each for each in numbered if each not in own and each not in taken)
        told_apart[key] = next(free) if title in taken else title
        taken.add(told_apart[key])
    return {key: told_apart[key] for key in titles}
