"""From the options of a training to its settings."""

import json
from pathlib import Path
from typing import Any

from vae import jobs
from vae.config import RunConfig, parse
from vae.errors import ConfigError

SETTINGS = {
    "data": "data.name",
    "data_dir": "data.path",
    "hold_out": "data.hold_out",
    "pixels": "data.pixels",
    "limit": "data.limit",
    "image_size": "data.size",
    "image_channels": "data.channels",
    "model": "model.kind",
    "latent_dim": "model.latent_dim",
    "latent_dims": "model.latent_dims",
    "widths": "model.widths",
    "backbone": "model.backbone.kind",
    "hidden": "model.backbone.hidden",
    "channels": "model.backbone.channels",
    "activation": "model.backbone.activation",
    "posterior": "model.posterior",
    "likelihood": "model.likelihood.kind",
    "scale": "model.likelihood.scale",
    "learn_scale": "model.likelihood.learn_scale",
    "prior": "model.prior.kind",
    "components": "model.prior.components",
    "objective": "objective.kind",
    "beta": "objective.beta",
    "warmup_steps": "objective.warmup_steps",
    "free_bits": "objective.free_bits",
    "samples": "objective.samples",
    "gamma": "objective.gamma",
    "capacity": "objective.capacity",
    "capacity_steps": "objective.capacity_steps",
    "alpha": "objective.alpha",
    "off_diagonal": "objective.off_diagonal",
    "diagonal": "objective.diagonal",
    "epochs": "train.epochs",
    "batch_size": "train.batch_size",
    "learning_rate": "train.learning_rate",
    "schedule": "train.schedule",
    "seed": "train.seed",
    "device": "train.device",
    "precision": "train.precision",
    "compile": "train.compile",
}
"""Which setting an option gives."""

LISTS = ("latent_dims", "widths", "hidden", "channels")
"""Options that take numbers with commas between them."""


def settings(params: dict[str, Any], config: Path | None, assignments: list[str]) -> RunConfig:
    """Settings from a file, then options, then assignments."""
    given = {SETTINGS[k]: v for k, v in params.items() if k in SETTINGS and v is not None}
    for name in LISTS:
        if SETTINGS[name] in given:
            given[SETTINGS[name]] = _numbers(name, given[SETTINGS[name]])
    assigned = dict(_assignment(text) for text in assignments)
    given |= assigned
    nested = _from_file(config) if config else {}
    # Kinds first: another variant starts from its own defaults.
    for path in sorted(given, key=lambda path: (not _is_kind(path), path)):
        _put(nested, path, given[path])
    sections = jobs.fill(nested)
    _one_width(sections["model"].get("backbone"))
    options = {
        f"--{name.replace('_', '-')}": path
        for name, path in SETTINGS.items()
        if params.get(name) is not None
    }
    for option, path in [*options.items(), *((path, path) for path in assigned)]:
        if why := jobs.misplaced(path, sections):
            raise ConfigError(f"{option}: {why}.")
    return parse(RunConfig, sections)


def _is_kind(path: str) -> bool:
    """Whether the other settings of its group are of this variant alone."""
    return path == "data.name" or path.endswith(".kind")


def _from_file(path: Path) -> dict[str, Any]:
    """The settings in a config.json, without those that follow from the data."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--config: {path} cannot be read ({error}).") from error
    try:
        nested: dict[str, Any] = parse(RunConfig, text).model_dump()
    except ConfigError as error:
        raise ConfigError(f"--config: {path}: {error}") from error
    del nested["model"]["shape"]
    if nested["model"].get("names"):
        del nested["model"]["classes"], nested["model"]["names"]
    return nested


def _assignment(text: str) -> tuple[str, Any]:
    """Setting and value of `objective.gamma=10`; the value is JSON, or else plain text."""
    path, equals, value = text.partition("=")
    if not equals or "." not in path:
        raise ConfigError(f"--set: found {text!r}, needed is a setting such as objective.gamma=10.")
    try:
        return path.strip(), json.loads(value)
    except ValueError:
        return path.strip(), value


def _put(nested: dict[str, Any], path: str, value: Any) -> None:
    """Give a value its place; a change of kind, or of the data, empties the group."""
    *groups, name = path.split(".")
    for group in groups:
        inner = nested.setdefault(group, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"--set: {group} in {path} is a value, not a group of settings.")
        nested = inner
    if _is_kind(path) and nested.get(name, value) != value:
        nested.clear()
    nested[name] = value


def _numbers(name: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ConfigError(
            f"--{name.replace('_', '-')}: found {text!r}, needed are whole numbers such as 32,64."
        ) from None


def _one_width(backbone: Any) -> None:
    """A convolutional backbone has one hidden layer, given as a number."""
    if isinstance(backbone, dict) and backbone.get("kind") == "conv":
        hidden = backbone.get("hidden")
        if isinstance(hidden, list) and len(hidden) == 1:
            backbone["hidden"] = hidden[0]
        elif isinstance(hidden, list):
            raise ConfigError("--hidden: the conv backbone has one hidden layer; give one number.")
