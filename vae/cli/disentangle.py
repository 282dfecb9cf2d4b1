"""`disentangle`: how far the units of a model's code are one factor of the sprites each."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from vae import console
from vae.cli.app import JsonOption, SeedOption, command
from vae.errors import ConfigError

EVERY_SECONDS = 0.5
"""Between two lines of progress."""


class Codes(StrEnum):
    """What stands for an image."""

    MEAN = "mean"
    SAMPLE = "sample"


class Shape(StrEnum):
    """Whether the shape counts as a factor."""

    WITH = "with"
    WITHOUT = "without"
    BOTH = "both"


@command(
    "Measure disentanglement on sprites: MIG, modularity, SAP, DCI, FactorVAE and beta-VAE "
    "scores, each with its working; with --metric dci_classification DCI as disentanglement_lib "
    "has it, which takes some minutes. Instead of a model: true-factors, permuted, rotated, "
    "random, whose scores are known. No code of a picture can tell the orientation wholly: a "
    "square looks the same after a quarter turn, an ellipse after half a turn.",
    "disentangle checkpoints/sprites-beta-tc",
    "disentangle runs/first --metric mig --metric dci --codes sample --shape without",
    "disentangle rotated --json",
)
def disentangle(
    code: Annotated[
        str, typer.Argument(metavar="RUN_OR_CHECKPOINT", help="Or the name of a made-up code.")
    ],
    *,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="One of them; may be repeated. By default all but dci_classification."),
    ] = None,
    codes: Annotated[Codes, typer.Option(help="Mean of q(z|x), or one sample.")] = Codes.MEAN,
    shape: Annotated[
        Shape,
        typer.Option(help="Score five factors; without it scale, orientation, x, y; or both."),
    ] = Shape.WITH,
    seed: SeedOption = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Measure the disentanglement of a code; lines of JSON tell of the progress too."""
    from vae.analysis import disentanglement as found  # noqa: PLC0415 - imports torch

    metrics = metric or list(found.USUAL)
    if unknown := [name for name in metrics if name not in found.METRICS]:
        raise ConfigError(
            f"--metric: found {', '.join(unknown)}, there are {', '.join(found.METRICS)}."
        )
    if code in found.MADE_UP and codes is Codes.SAMPLE:
        raise ConfigError(f"--codes: {code} has no samples, each image has one code. Drop it.")
    scored = [found.Factors(), found.Factors().without("shape")]
    scored = scored if shape is Shape.BOTH else scored[shape is Shape.WITHOUT :][:1]
    settings: dict[str, Any] = {"code": code, "codes": codes.value, "seed": seed}
    with console.counting_bar() as bar:
        progress = _lines() if as_json else bar
        model = None
        if code not in found.MADE_UP:
            checkpoint = _load(Path(code), device)
            settings["weights"] = hashlib.sha256(checkpoint.path.read_bytes()).hexdigest()
            model = found.Encoded(checkpoint.model, codes.value, seed=seed, progress=progress)
        for factors in scored:
            source = model or found.MADE_UP[code](factors)
            results = found.measure(source, factors, metrics=metrics, seed=seed, progress=progress)
            told = {name: found.attainable()[name] for name in factors.scored}
            _show(results, settings, told, as_json=as_json)


def _show(
    results: Iterable[Any], settings: dict[str, Any], told: dict[str, Any], *, as_json: bool
) -> None:
    """A line of JSON as soon as a metric is known, or a table of all."""
    if as_json:
        settings |= {"factors": list(told), "attainable": {k: asdict(v) for k, v in told.items()}}
        for result in results:
            console.say_json({"kind": "measured", **settings, **result.model_dump(mode="json")})
        return
    rows = [_row(result) for result in results]
    console.say(f"{settings['code']}, {settings['codes']} of q(z|x): {', '.join(told)}")
    console.table(["", "score", ""], rows)
    for name, most in told.items():
        if most.information < 1:
            console.say(
                f"A picture tells {most.information:.3f} of its {name} at most, the likeliest value "
                f"is right in {most.accuracy:.1%}: no code of pictures reaches 1 where a metric asks "
                "how much is known of it."
            )


def _load(path: Path, device: str) -> Any:
    from vae import training  # noqa: PLC0415 - imports torch
    from vae.config import TrainConfig, parse  # noqa: PLC0415

    hardware = training.choose(parse(TrainConfig, {"device": device}))
    return training.load_model(path, str(hardware.device))


def _row(result: Any) -> list[str]:
    also = "  ".join(f"{name} {value:.3f}" for name, value in result.also.items())
    return [result.metric, f"{result.score:.3f}", also]


def _lines() -> Any:
    """Progress as lines of JSON, now and then."""
    last = 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            console.say_json({"kind": "progress", "what": what, "done": done, "total": total})

    return tell
