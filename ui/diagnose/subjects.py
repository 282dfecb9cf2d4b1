"""What a diagnosis is of: a model that ships, or a training, be it one that never saved a model."""

import math
from dataclasses import dataclass

from ui import cached, naming, state
from ui.catalogue import METRICS_FILE, Entry, metrics, run_key
from ui.picker import pick_key
from vae import jobs
from vae.comparison import misfit
from vae.config import GaussianConfig, RunConfig
from vae.diagnosis import Facts, facts
from vae.export.layers import read_weights
from vae.jobs.status import ALIVE
from vae.untrusted import finite


@dataclass(frozen=True)
class Subject:
    """One thing to diagnose."""

    key: str
    title: str
    config: RunConfig
    entry: Entry | None
    """None where there are no weights."""
    run: jobs.Run | None
    """Where its events are; None of a model that ships without them."""
    status: jobs.Status | None = None

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.status is not None and self.status.state in (*ALIVE, "queued")


def subjects() -> dict[str, Subject]:
    """All that there are, by the keys that other pages know them by."""
    found: dict[str, Subject] = {}
    models = cached.explorable(state.wanted(state.MODEL)).entries
    runs = {run_key(listed.run): listed for listed in cached.runs()}
    for key, entry in models.items():
        listed = runs.get(key)
        run = listed.run if listed else jobs.Run(entry.folder)
        status = listed.status if listed else None
        found[key] = Subject(key, entry.title, entry.config, entry, run, status)
    for key, listed in runs.items():
        if key not in found and listed.config is not None:
            title, _ = naming.run_row(listed)
            found[key] = Subject(key, title, listed.config, None, listed.run, listed.status)
    return found


def pick() -> Subject:
    """The chosen one; without any, a word on what to do, and the page ends."""
    found = subjects()
    titles = {key: subject.title for key, subject in found.items()}
    return found[pick_key(titles, "There is nothing to diagnose yet. Train a model.", {})]


def measurable(subject: Subject) -> bool:
    """Whether its information and active units can be measured: weights that stay, and a normal prior."""
    return (
        subject.entry is not None
        and not subject.running
        and not misfit(subject.config, subject.config)
    )


def gather(subject: Subject, mutual_information: float | None) -> Facts:
    """What is known of it."""
    events = subject.run.events().events if subject.run else []
    status = subject.status
    metrics = _metrics(subject)
    kl = subject.entry.kl_per_unit if subject.entry else ()
    return facts(
        subject.config,
        events,
        running=subject.running,
        branched=subject.run is not None and subject.run.start.is_file(),
        cause=status.cause if status and status.state == "diverged" else "",
        recon=metrics.get("recon"),
        kl_per_unit=kl,
        mutual_information=mutual_information,
    )


def scale(subject: Subject) -> float | None:
    """The deviation of Gaussian pixels that was learned; None where none was."""
    likelihood = subject.config.model.likelihood
    if (
        not isinstance(likelihood, GaussianConfig)
        or not likelihood.learn_scale
        or not subject.entry
    ):
        return None
    return _scale(subject.entry)


def _scale(entry: Entry) -> float | None:
    weights = read_weights(entry.weights)
    found = next((value for name, value in weights.items() if name.endswith("log_scale")), None)
    return None if found is None else math.exp(float(found))


def _metrics(subject: Subject) -> dict[str, float]:
    """What was measured of a model that ships."""
    if subject.entry is None:
        return {}
    found = metrics(subject.entry.folder / METRICS_FILE)
    return {name: n for name, value in found.items() if (n := finite(value)) is not None}
