"""What can be explored: the models that ship, and every training that has saved one. No torch."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ui.naming import describe, time
from vae import jobs
from vae.config import AutoencoderConfig, DataName, RunConfig, VampPriorConfig, parse
from vae.errors import VaeError
from vae.events import Epoch
from vae.jobs.status import ALIVE

WEIGHTS = "model.safetensors"
RUN_PREFIX = "runs/"

DATA = get_args(DataName)
KINDS = ("vae", "cvae", "ladder", "autoencoder")


@dataclass(frozen=True)
class Entry:
    """A model that can be explored."""

    key: str
    """What the address calls it."""
    title: str
    weights: Path
    config: RunConfig
    kl_per_unit: tuple[float, ...] = ()
    """Nats per latent unit; empty where they are not known."""
    live: bool = False
    """Whether a training may still change the weights."""

    @property
    def version(self) -> str:
        """Another one as soon as the weights are other ones; empty when they are gone."""
        return version_of(self.weights)

    @property
    def learns_prior(self) -> bool:
        """Whether the prior is made of pseudo-inputs."""
        return isinstance(getattr(self.config.model, "prior", None), VampPriorConfig)

    @property
    def has_normal_prior(self) -> bool:
        """Whether codes are spread as N(0, I) says."""
        return not self.learns_prior and not _plain(self.config)


@dataclass(frozen=True)
class Catalogue:
    """All that can be explored, and a sentence for each thing that cannot."""

    entries: dict[str, Entry]
    problems: dict[str, str]


def _order(config: RunConfig) -> tuple[int, int, bool, int, float]:
    """Digits before other data, VAEs before other models, the ELBO before other objectives."""
    beta = getattr(config.objective, "beta", 1.0)
    plain = config.objective.kind in ("elbo", "reconstruction") and beta == 1
    model = config.model
    return (
        DATA.index(config.data.name),
        KINDS.index(model.kind),
        not plain,
        -model.latent_dim,
        beta,
    )


def version_of(file: Path) -> str:
    """What tells one state of a file from another; empty where there is no file."""
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns}-{status.st_size}"


def shipped_folder() -> Path:
    """Where the models that ship are; VAE_CHECKPOINTS names another place."""
    return Path(os.environ.get("VAE_CHECKPOINTS") or Path(__file__).parents[1] / "checkpoints")


def look(shipped: Path, runs: Path) -> Catalogue:
    """The models that ship, the plainest first, then the trainings, newest first."""
    entries: dict[str, Entry] = {}
    problems: dict[str, str] = {}
    for folder in sorted(path.parent for path in shipped.glob("*/config.json")):
        try:
            entries[folder.name] = _shipped(folder)
        except VaeError as error:
            problems[folder.name] = f"The model {folder.name} cannot be used: {error}"
    entries = dict(sorted(entries.items(), key=lambda item: _order(item[1].config)))
    for listed in jobs.runs(runs):
        key = run_key(listed.run)
        if listed.problem:
            problems[key] = listed.problem
        elif listed.run.last.is_file():
            entries[key] = _trained(listed)
        else:
            problems[key] = "This training has no model yet: wait for its first epoch."
    return Catalogue(entries, problems)


def run_key(run: jobs.Run) -> str:
    """What the address calls the model of a training."""
    return f"{RUN_PREFIX}{run.name}"


def _shipped(folder: Path) -> Entry:
    config = parse(RunConfig, _text(folder / "config.json"))
    if not (folder / WEIGHTS).is_file():
        raise VaeError(f"{folder} has no {WEIGHTS}. Fetch it again.")
    metrics = _metrics(folder / "metrics.json")
    return Entry(
        folder.name,
        describe(config, elbo=_number(metrics.get("elbo"))),
        folder / WEIGHTS,
        config,
        () if _plain(config) else _numbers(metrics.get("kl_per_unit")),
    )


def _trained(listed: jobs.Entry) -> Entry:
    assert listed.config is not None, "an entry without a problem has its settings"
    assert listed.status is not None, "an entry without a problem has its status"
    terms = listed.status.held_out
    elbo = -(terms["recon"] + terms["kl"]) if {"recon", "kl"} <= terms.keys() else None
    title = describe(listed.config, elbo=elbo, data=listed.status.data_name)
    return Entry(
        run_key(listed.run),
        f"{title} · {time(listed.since)}",
        listed.run.last,
        listed.config,
        () if _plain(listed.config) else _last_kl(listed.run),
        live=listed.status.state in (*ALIVE, "queued"),
    )


def _plain(config: RunConfig) -> bool:
    """Whether the model has no KL."""
    return isinstance(config.model, AutoencoderConfig)


def _last_kl(run: jobs.Run) -> tuple[float, ...]:
    """KL per unit after the last whole epoch."""
    epochs: Iterator[Epoch] = (e for e in reversed(run.events().events) if isinstance(e, Epoch))
    return tuple(next((epoch.kl_per_unit for epoch in epochs), ()))


def _metrics(path: Path) -> dict[str, Any]:
    """What was measured of a model; nothing where that cannot be read."""
    try:
        metrics = json.loads(_text(path))
    except (VaeError, ValueError):
        return {}
    return metrics if isinstance(metrics, dict) else {}


def _numbers(values: object) -> tuple[float, ...]:
    """A list of numbers, or nothing."""
    numbers = [_number(value) for value in values] if isinstance(values, list) else []
    return tuple(value for value in numbers if value is not None)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VaeError(f"{path} cannot be read ({error}).") from error
