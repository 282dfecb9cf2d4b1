"""Many trainings that differ in beta and seed alone."""

from collections.abc import Sequence
from pathlib import Path

from vae.config import RunConfig
from vae.errors import ConfigError
from vae.jobs.listing import new_run
from vae.jobs.queue import pump
from vae.jobs.run import Run

MOST = 100
"""Trainings of one sweep."""


def grid(config: RunConfig, betas: Sequence[float], seeds: Sequence[int]) -> list[RunConfig]:
    """The settings of every beta with every seed, by beta; ConfigError where they make no sense."""
    if "beta" not in type(config.objective).model_fields:
        raise ConfigError(
            f"The objective '{config.objective.kind}' has no beta to sweep over: use elbo or beta-tc."
        )
    betas, seeds = list(dict.fromkeys(betas)), list(dict.fromkeys(seeds))
    count = len(betas) * len(seeds)
    if not 1 <= count <= MOST:
        raise ConfigError(
            f"{len(betas)} values of beta with {len(seeds)} seeds are {count} trainings: "
            f"1 to {MOST} are possible."
        )
    return [
        config.replace(
            objective=config.objective.replace(beta=beta), train=config.train.replace(seed=seed)
        )
        for beta in betas
        for seed in seeds
    ]


def sweep(configs: Sequence[RunConfig], root: Path, *, starter: str = "") -> list[Run]:
    """New runs, which train one after the other."""
    runs = [new_run(root, config, starter=starter) for config in configs]
    pump(root)
    return runs


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
    if any(value != int(value) for value in found):
        raise ConfigError(f"Found {text!r}, needed are whole numbers such as 0, 1.")
    return [int(value) for value in found]
