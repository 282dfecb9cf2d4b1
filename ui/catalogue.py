"""What can be explored: the models that ship, and every training that has saved one. No torch."""

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter, ValidationError

from ui.naming import beta, describe, time
from vae import jobs
from vae.config import AutoencoderConfig, DataName, RunConfig, VampPriorConfig, parse
from vae.errors import VaeError
from vae.events import Epoch
from vae.export import timeline
from vae.files import MODEL_FILE
from vae.jobs.about import read_about
from vae.jobs.listing import imported
from vae.jobs.status import ALIVE
from vae.untrusted import LARGEST, finite, parse_json, read_bytes, shortened

RUN_PREFIX = "runs/"
METRICS_FILE = "metrics.json"
NUMBERS = ("nll", "elbo", "recon", "kl", "active_units")

REACH = 3.0
"""Standard deviations of the prior that a slider covers to either side."""

DATA = get_args(DataName)
KINDS = ("vae", "cvae", "ladder", "autoencoder")

Ranges = tuple[tuple[float, float], ...]
_Shown = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
_finite_ranges: TypeAdapter[Ranges] = TypeAdapter(tuple[tuple[_Shown, _Shown], ...])


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
    posterior_range: Ranges = ()
    """Where 99 % of the codes of images lie, unit by unit; empty where that is not known."""
    live: bool = False
    """Whether a training may still change the weights."""
    looked_at: str = ""
    """The version of which title and KL speak, where a training may change them."""

    @property
    def folder(self) -> Path:
        """A training's run directory, or a checkpoint's folder."""
        return self.weights.parent

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

    @property
    def reach(self) -> float:
        """How far from zero a slider goes: as far as codes lie where no normal prior says how far."""
        if self.has_normal_prior:
            return REACH
        return max([REACH, *(math.ceil(abs(v)) for ends in self.posterior_range for v in ends)])


@dataclass(frozen=True)
class Catalogue:
    """All that can be explored, and a sentence for each thing that cannot."""

    entries: dict[str, Entry]
    problems: dict[str, str]


def _order(config: RunConfig) -> tuple[int, int, bool, int, float]:
    """Digits before other data, VAEs before other models, the ELBO before other objectives."""
    weight = beta(config)
    plain = config.objective.kind in ("elbo", "reconstruction") and weight == 1
    model = config.model
    return (
        DATA.index(config.data.name),
        KINDS.index(model.kind),
        not plain,
        -model.latent_dim,
        weight,
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
        _add(folder.name, partial(_checkpoint, folder.name, folder), entries, problems)
    entries = dict(sorted(entries.items(), key=lambda item: _order(item[1].config)))
    for listed in jobs.runs(runs):
        key = run_key(listed.run)
        if listed.problem:
            problems[key] = listed.problem
        elif listed.run.last.is_file():
            _add(key, partial(_trained, listed), entries, problems)
        else:
            problems[key] = "This training has no model yet: wait for its first epoch."
    for folder in imported(runs):
        key = f"{RUN_PREFIX}{folder.name}"
        _add(key, partial(_checkpoint, key, folder), entries, problems)
    return Catalogue(entries, problems)


def _add(
    key: str, look: Callable[[], Entry], entries: dict[str, Entry], problems: dict[str, str]
) -> None:
    """List a model, or what is wrong with it: one that cannot be read takes no other with it."""
    try:
        entries[key] = look()
    except FileNotFoundError:  # it went while it was looked at
        return
    except (VaeError, OSError) as error:
        name = key.removeprefix(RUN_PREFIX)
        problems[key] = f"The model {shortened(name)} cannot be used: {error}"


def holds(found: Catalogue, key: str) -> bool:
    """Whether a model is known, or the training that a moment is of."""
    return key in found.entries or key.rpartition("@")[0] in found.entries


def moment(found: Catalogue, key: str) -> Entry | None:
    """The model at a step of its training, `runs/name@430`; None where that is not recorded."""
    model, at, step = key.rpartition("@")
    whole = found.entries.get(model)
    if whole is None or not at:
        return None
    folder = whole.folder / timeline.FOLDER
    at_step = next((m for m in timeline.moments(folder) if str(m.step) == step), None)
    if at_step is None:
        return None
    then = whole.config.until(at_step.step)
    return replace(
        whole,
        key=key,
        config=then,
        title=f"{describe(then)} · at epoch {at_step.epoch:.1f}",
        weights=at_step.path,
        kl_per_unit=() if _plain(whole.config) else at_step.kl_per_unit,
        live=False,
    )


def run_key(run: jobs.Run) -> str:
    """What the address calls the model of a training."""
    return f"{RUN_PREFIX}{run.name}"


def numbers(entry: Entry) -> dict[str, float]:
    """What was measured of a model on held-out images: nll, elbo, recon and kl in nats, active_units."""
    if entry.weights.name == MODEL_FILE:
        found = metrics(entry.folder / METRICS_FILE)
    else:
        found = jobs.Run(entry.folder).status.held_out
    values = {name: finite(found.get(name)) for name in NUMBERS}
    known = {name: value for name, value in values.items() if value is not None}
    if {"recon", "kl"} <= known.keys():
        known.setdefault("elbo", -(known["recon"] + known["kl"]))
    return known


def _checkpoint(key: str, folder: Path) -> Entry:
    config = parse(RunConfig, _text(folder / "config.json"))
    if not (folder / MODEL_FILE).is_file():
        raise VaeError(f"{folder} has no {MODEL_FILE}. Fetch it again.")
    measured = metrics(folder / METRICS_FILE)
    return Entry(
        key,
        read_about(folder).title or describe(config, elbo=finite(measured.get("elbo"))),
        folder / MODEL_FILE,
        config,
        () if _plain(config) else _numbers(measured.get("kl_per_unit")),
        _ranges(measured.get("posterior_range")),
    )


def _trained(listed: jobs.Entry) -> Entry:
    assert listed.config is not None, "an entry without a problem has its settings"
    assert listed.status is not None, "an entry without a problem has its status"
    looked_at = version_of(listed.run.last)  # first: a save may come while the rest is read
    terms = listed.status.held_out
    elbo = -(terms["recon"] + terms["kl"]) if {"recon", "kl"} <= terms.keys() else None
    title = describe(listed.config, elbo=elbo, data=listed.status.data_name)
    epoch = _last_epoch(listed.run)
    return Entry(
        run_key(listed.run),
        read_about(listed.run.path).title or f"{title} · {time(listed.since)}",
        listed.run.last,
        listed.config,
        () if _plain(listed.config) or epoch is None else tuple(epoch.kl_per_unit),
        () if epoch is None else _ranges(epoch.posterior_range),
        live=listed.status.state in (*ALIVE, "queued"),
        looked_at=looked_at,
    )


def _plain(config: RunConfig) -> bool:
    """Whether the model has no KL."""
    return isinstance(config.model, AutoencoderConfig)


def _last_epoch(run: jobs.Run) -> Epoch | None:
    """What was measured after the last whole epoch."""
    epochs: Iterator[Epoch] = (e for e in reversed(run.events().events) if isinstance(e, Epoch))
    return next(epochs, None)


def metrics(path: Path) -> dict[str, Any]:
    """What was measured of a model, as its file says it; nothing where that cannot be read."""
    try:
        found = parse_json(_text(path))
    except (VaeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(values: object) -> tuple[float, ...]:
    """A list of numbers; nothing where one of them cannot be shown."""
    numbers = [finite(value) for value in values] if isinstance(values, list) else []
    known = tuple(value for value in numbers if value is not None)
    return known if len(known) == len(numbers) else ()


def _ranges(pairs: object) -> Ranges:
    """A list of pairs of finite numbers, or nothing."""
    try:
        return _finite_ranges.validate_python(pairs)
    except ValidationError:
        return ()


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no UTF-8 text"
        raise VaeError(f"{path} cannot be read ({why}).") from error
