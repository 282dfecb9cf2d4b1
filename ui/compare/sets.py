"""Which models to put side by side: families of trainings that differ in what they ask for alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui import naming
from ui.catalogue import Entry, run_key
from vae import jobs
from vae.comparison import misfit
from vae.config import RunConfig
from vae.untrusted import shortened

FEW = 4
"""Objectives that a title has room for."""


@dataclass(frozen=True)
class Family:
    """Models of the same data, network and training, which differ in objective and seed."""

    keys: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Chosen:
    """What was asked to be compared, sorted by what can be done with it."""

    entries: tuple[Entry, ...]
    """By beta, then by seed."""
    left_out: tuple[str, ...]
    """A sentence for each model that does not fit."""
    coming: tuple[jobs.Entry, ...]
    """Trainings that are not done yet."""


def families(entries: Mapping[str, Entry], runs: Sequence[jobs.Entry]) -> list[Family]:
    """The families of two or more, in the order of their first members; trainings to come count."""
    members: dict[str, dict[str, RunConfig]] = {}
    waiting = {run_key(run.run): run.config for run in runs if run.config and not ended(run)}
    done = {key: entry.config for key, entry in entries.items()}
    for key, config in (done | waiting).items():
        if not misfit(config, config):
            members.setdefault(_signature(config), {})[key] = config
    return [_family(found) for found in members.values() if len(found) > 1]


def sort_out(
    keys: Sequence[str], entries: Mapping[str, Entry], runs: Sequence[jobs.Entry]
) -> Chosen:
    """The models of these keys that fit the first of them, and what is to be said of the others."""
    unfinished = {run_key(run.run): run for run in runs if not ended(run)}
    coming = tuple(unfinished[key] for key in keys if key in unfinished)
    there = [entries[key] for key in keys if key in entries and key not in unfinished]
    there.sort(key=lambda entry: _place(entry.config))
    over = {run_key(run.run): run for run in runs if ended(run)}
    gone = [key for key in keys if key not in entries and key not in unfinished]
    sentences = [_why_gone(key, over.get(key)) for key in gone]
    fitting: list[Entry] = []
    reference = next((e.config for k in keys for e in there if e.key == k and not _why(e)), None)
    for entry in there:
        why = misfit(entry.config, reference or entry.config)
        if why:
            sentences.append(f"{entry.title} is left out: {why}.")
        else:
            fitting.append(entry)
    return Chosen(tuple(fitting), tuple(sentences), coming)


def names(configs: Sequence[RunConfig]) -> list[str]:
    """What tells each model from the others, in few words, such as `beta 4` or `beta 4, seed 1`."""
    if not configs:
        return []
    varied = _varied(configs)
    parts = [
        {
            "model": naming.model(config.model),
            "goal": naming.goal(config),
            **{path: f"{_word(path)} {_value(_flat(config)[path])}" for path in varied},
            "seed": f"seed {config.train.seed}",
            "epochs": f"{config.train.epochs} epochs",
        }
        for config in configs
    ]
    differing = [what for what in parts[0] if len({part[what] for part in parts}) > 1]
    telling: list[str] = []
    for what in differing:
        # Anything else only where it tells models apart that nothing before does.
        helps = len(set(_told(parts, [*telling, what]))) > len(set(_told(parts, telling)))
        if what in ("model", "goal") or helps:
            telling.append(what)
    told = _told(parts, telling)
    plain = [name or naming.goal(c) for name, c in zip(told, configs, strict=True)]
    unique = naming.unique({str(i): name for i, name in enumerate(plain)})
    return list(unique.values())


def _varied(configs: Sequence[RunConfig]) -> list[str]:
    """Settings by which models of the same kinds may be told apart, besides seed and epochs."""
    flat = [_flat(config) for config in configs]
    shared = [path for path in flat[0] if all(path in each for each in flat)]
    return [
        path
        for path in shared
        if path not in _ELSEWHERE and len({repr(each[path]) for each in flat}) > 1
    ]


_ELSEWHERE = ("train.seed", "train.epochs", "train.device", "train.changes", "data.path")
"""Settings that have words of their own, or tell nothing of a model."""


def _flat(config: RunConfig) -> dict[str, Any]:
    """Every setting by its path, such as `objective.gamma`."""
    found: dict[str, Any] = {}
    groups = [("", config.model_dump(mode="json"))]
    while groups:
        before, group = groups.pop(0)
        for name, value in group.items():
            if isinstance(value, dict):
                groups.append((f"{before}{name}.", value))
            else:
                found[f"{before}{name}"] = value
    return found


def _word(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ")


def _value(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if number else str(value)


def _told(parts: Sequence[Mapping[str, str]], telling: Sequence[str]) -> list[str]:
    """Of each model the parts that tell it from the others."""
    return [", ".join(part[what] for what in telling if part[what]) for part in parts]


def joined(configs: Sequence[RunConfig]) -> bool:
    """Whether the models are steps of one ladder: the same but for beta, or another weight."""
    weights = [path for path in _varied(configs) if path.startswith("objective.")]
    same = {
        _signature(config) + config.objective.kind + str(config.train.seed) for config in configs
    }
    if len(same) != 1 or len(weights) != 1:
        return False
    steps = [_flat(config)[weights[0]] for config in configs]
    return len(set(steps)) == len(steps)


def ended(run: jobs.Entry) -> bool:
    """Whether nothing more is to come of a training."""
    return run.status is None or run.status.state not in ("queued", "running", "paused")


def _why(entry: Entry) -> str:
    return misfit(entry.config, entry.config)


def _why_gone(key: str, run: jobs.Entry | None) -> str:
    if run is None:
        return f"{shortened(key)} is not there any more."
    why = run.status.cause if run.status else run.problem
    return f"{naming.run_title(run)} ended without a model. {why}".strip()


def _signature(config: RunConfig) -> str:
    """What the members of a family have in common."""
    train = config.train.replace(seed=0, device="auto")
    return "\n".join(part.model_dump_json() for part in (config.data, config.model, train))


def _place(config: RunConfig) -> tuple[float, str, tuple[float, ...], int]:
    """By beta, then by the other weights, then by seed."""
    objective = config.objective_at()
    weights = [v for v in objective.model_dump().values() if isinstance(v, int | float)]
    return naming.beta(config), objective.kind, tuple(weights), config.train.seed


def _family(found: Mapping[str, RunConfig]) -> Family:
    ordered = sorted(found, key=lambda key: _place(found[key]))
    configs = [found[key] for key in ordered]
    first = configs[0]
    data = naming.DATA.get(first.data.name, first.data.name)
    count = f"{len(ordered)} models"
    title = f"{_what(configs)} · {naming.model(first.model)} · {data} · {count}"
    return Family(tuple(ordered), title[0].upper() + title[1:])


def _what(configs: Sequence[RunConfig]) -> str:
    """What a family differs in: a weight from its least to its largest, or objectives by name."""
    goals = list(dict.fromkeys(naming.goal(config) for config in configs))
    betas = sorted({_place(config)[0] for config in configs})
    if {config.objective.kind for config in configs} == {"elbo"} and len(betas) > 1:
        return f"beta {_value(betas[0])} to {_value(betas[-1])}"
    weights = [path for path in _varied(configs) if path.startswith("objective.")]
    if len(goals) == len(weights) == 1:
        steps = sorted(_flat(config)[weights[0]] for config in configs)
        return f"{goals[0]}, {_word(weights[0])} {_value(steps[0])} to {_value(steps[-1])}"
    return ", ".join(goals) if len(goals) <= FEW else f"{len(goals)} objectives"
