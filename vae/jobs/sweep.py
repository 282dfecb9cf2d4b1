"""Many trainings that differ in a few settings alone: every value of each with every value of the others."""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from vae.config import RunConfig
from vae.errors import ConfigError
from vae.jobs.bounds import check_disk
from vae.jobs.listing import new_run
from vae.jobs.queue import pump
from vae.jobs.run import Run

MOST = 100
"""Trainings of one sweep."""


def combinations(over: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Values by setting, each with each, the last setting's fastest; ConfigError where too many."""
    values = {
        path: list({json.dumps(v): v for v in found}.values()) for path, found in over.items()
    }
    count = prod(len(found) for found in values.values())
    if not 1 <= count <= MOST:
        sizes = " with ".join(f"{len(found)} values of {path}" for path, found in values.items())
        raise ConfigError(f"{sizes} are {count} trainings: 1 to {MOST} are possible.")
    return [dict(zip(values, each, strict=True)) for each in product(*values.values())]


def grid(config: RunConfig, betas: Sequence[float], seeds: Sequence[int]) -> list[RunConfig]:
    """The settings of every beta with every seed, by beta; ConfigError where they make no sense."""
    if "beta" not in type(config.objective).model_fields:
        raise ConfigError(
            f"The objective '{config.objective.kind}' has no beta to sweep over: use elbo or beta-tc."
        )
    return [
        config.replace(
            objective=config.objective.replace(beta=each["beta"]),
            train=config.train.replace(seed=each["seed"]),
        )
        for each in combinations({"beta": betas, "seed": seeds})
    ]


def sweep(configs: Sequence[RunConfig], root: Path, *, starter: str = "") -> list[Run]:
    """New runs, which train one after the other; RunError where the disk has no room for them."""
    check_disk(root)
    runs = [new_run(root, config, starter=starter) for config in configs]
    pump(root)
    return runs


def values(text: str) -> tuple[str, list[Any]]:
    """Setting and values of a text such as `objective.gamma=1,10`; ConfigError where it is none.

    Values are JSON with commas between, such as `[12,4],[8,2]`, or else plain text, as `relu,tanh`.
    """
    path, equals, listed = text.partition("=")
    if not equals or "." not in path or not listed.strip():
        raise ConfigError(
            f"Found {text!r}, needed are a setting and its values, such as objective.gamma=1,10."
        )
    try:
        return path.strip(), list(json.loads(f"[{listed}]"))
    except ValueError:
        return path.strip(), [part.strip() for part in listed.split(",")]


def numbers(text: str) -> list[float]:
    """The numbers in a text such as `0.5, 1, 2`; ConfigError where it holds something else."""
    try:
        return [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        raise ConfigError(
            f"Found {text!r}, needed are numbers with commas between, such as 0.5, 1, 2."
        ) from None


def whole_numbers(text: str) -> list[int]:
    """The whole numbers in a text such as `0, 1`; ConfigError where it holds something else."""
    found = numbers(text)
    if any(value != value // 1 for value in found):  # so of infinity and NaN
        raise ConfigError(f"Found {text!r}, needed are whole numbers such as 0, 1.")
    return [int(value) for value in found]
