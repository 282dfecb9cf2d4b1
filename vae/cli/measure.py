"""`evaluate` and `export`: what a trained model is worth, and the forms it can take."""

from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from vae import console, jobs
from vae.cli.app import JsonOption, SeedOption, command
from vae.cli.data import Split, StandInOption, data_to_measure, load
from vae.config import parse
from vae.errors import ConfigError
from vae.files import CONFIG_FILE, MODEL_FILE

SAMPLES = 100
"""Importance samples an image."""
MOST_SAMPLES = 1_000_000


@command(
    "Measure a model on images: nll by importance sampling, elbo, recon, kl, active units.",
    "evaluate runs/first --split test --samples 5000 --json",
    "evaluate checkpoints/vae-z16 --data embedded --split all",
)
def evaluate(
    path: Annotated[
        Path, typer.Argument(metavar="RUN_OR_CHECKPOINT", help="A run, checkpoint or .safetensors.")
    ],
    *,
    data: Annotated[
        str | None, typer.Option(help="Other data than the model was trained with.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where that data is.")] = None,
    split: Annotated[Split, typer.Option(help="Part of the data.")] = Split.TEST,
    stand_in: StandInOption = False,
    samples: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_SAMPLES,
            help="Importance samples an image, 100 by default; papers use 5000.",
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many images.")] = None,
    pixels: Annotated[
        str | None, typer.Option(help="dynamic, fixed or grey; by default as in training.")
    ] = None,
    seed: SeedOption = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = "auto",
    as_json: JsonOption = False,
) -> int:
    """Measure a model; the data is by default that of its training, held-out images held out."""
    from vae import analysis, training  # noqa: PLC0415 - imports torch
    from vae.config import TrainConfig  # noqa: PLC0415

    hardware = training.choose(parse(TrainConfig, {"device": device}))
    checkpoint = training.load_model(path, str(hardware.device))
    if samples is not None and checkpoint.config.model.kind == "autoencoder":
        raise ConfigError("--samples: a plain autoencoder has no log p(x) to sample. Drop it.")
    config = data_to_measure(checkpoint.config, data, data_dir, pixels)
    with console.counting_bar() as progress:
        images = load(config, split, stand_in=stand_in, progress=progress)
        images = images if limit is None else images.first(limit)
        result = analysis.evaluate(
            checkpoint.model,
            images,
            samples=samples or SAMPLES,
            pixels=config.pixels,
            seed=seed,
            progress=progress,
        )
    numbers = result.model_dump(mode="json")
    if as_json:
        console.say_json({"path": str(checkpoint.path), "data": images.note, **numbers})
    else:
        console.say(f"{checkpoint.path} on {images.note}")
        console.table(["", "nats per image"], [[k, _shown(v)] for k, v in numbers.items()])
    if all(map(isfinite, filter(None, (result.recon, result.nll, result.kl)))):
        return 0
    console.complain(
        f"{checkpoint.path}: some numbers are not finite, as after a training that diverged. "
        "Take another model, or train again with a smaller learning rate."
    )
    return 1


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "  ".join(_shown(each) for each in value)
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


class Format(StrEnum):
    """What a model can be written as."""

    ONNX = "onnx"
    CHECKPOINT = "checkpoint"


@command(
    "Write a model for other programs, or as a checkpoint apart from its run.",
    "export runs/first --format onnx --out exported",
    "export runs/first --format checkpoint --half --out checkpoints/first",
)
def export(
    path: Annotated[
        Path, typer.Argument(metavar="RUN_OR_CHECKPOINT", help="A run, checkpoint or .safetensors.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    form: Annotated[
        Format, typer.Option("--format", help="onnx: encoder and decoder; or a checkpoint folder.")
    ] = Format.ONNX,
    half: Annotated[
        bool, typer.Option("--half", help="Store float16: half the size. Checkpoints only.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a model in a form that others read."""
    if half and form is Format.ONNX:
        raise ConfigError("--half is for checkpoints: drop it, or use --format checkpoint.")
    if jobs.Run(out).exists:
        raise ConfigError(f"--out: {out} holds a run. Give another folder, or it would be damaged.")
    from vae import export, training  # noqa: PLC0415 - imports torch

    if form is Format.ONNX:
        files = [file.name for file in export.export_onnx(training.load_model(path), out)]
    else:
        export.export_checkpoint(path, out, half=half)
        files = [CONFIG_FILE, MODEL_FILE]
    if as_json:
        console.say_json({"out": str(out), "files": sorted(files)})
    else:
        console.say(f"{out}: {', '.join(sorted(files))}")
