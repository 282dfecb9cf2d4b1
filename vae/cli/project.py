"""`project`: images as points, and maps of them."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from vae import console, jobs
from vae.cli.app import JsonOption, SeedOption, command
from vae.cli.data import Split, StandInOption, data_to_measure, load
from vae.cli.measure import MOST_SAMPLES
from vae.config import TrainConfig, parse
from vae.errors import ConfigError
from vae.files import write_atomically
from vae.projection import MAX_POINTS, Points, Settings, check, project
from vae.projection.formats import to_csv


@command(
    "Make maps of a model's codes: PCA, t-SNE, UMAP.",
    "project runs/first --method tsne --out map.npz",
    "project checkpoints/vae-z16 --data embedded --split all --method pca --method umap --out map.csv",
    name="project",
)
def project_(
    path: Annotated[
        Path, typer.Argument(metavar="RUN_OR_CHECKPOINT", help="A run, checkpoint or .safetensors.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="File to write: .npz, or .csv.")],
    method: Annotated[
        list[str] | None, typer.Option(help="pca, tsne or umap; may be repeated.")
    ] = None,
    dims: Annotated[int, typer.Option(min=2, max=3, help="Dimensions of the maps.")] = 2,
    perplexity: Annotated[
        float | None,
        typer.Option(
            help="t-SNE: neighbours of a point, in effect; by default 30 where that fits."
        ),
    ] = None,
    neighbours: Annotated[
        int | None, typer.Option(help="UMAP: neighbours of a point; by default 15 where that fits.")
    ] = None,
    min_dist: Annotated[
        float | None, typer.Option(help="UMAP: how close points may come; by default 0.1.")
    ] = None,
    seed: SeedOption = 0,
    data: Annotated[
        str | None, typer.Option(help="Other data than the model was trained with.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where that data is.")] = None,
    split: Annotated[Split, typer.Option(help="Part of the data.")] = Split.TEST,
    stand_in: StandInOption = False,
    limit: Annotated[
        int, typer.Option(min=3, max=MAX_POINTS, help="The first so many images.")
    ] = MAX_POINTS,
    samples: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_SAMPLES, help="Importance samples of log p(x); 0 measures nothing."
        ),
    ] = 0,
    small: Annotated[bool, typer.Option("--small", help="Round codes: half the size.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Encode images, make maps, and write both."""
    if out.suffix not in (".npz", ".csv"):
        raise ConfigError(f"--out: found {out.name}, needed is a name that ends in .npz or .csv.")
    methods = method or ["pca"]
    named = {"perplexity": perplexity, "neighbours": neighbours, "min_dist": min_dist}
    _check_heeded(methods, named, small=small and out.suffix == ".csv")
    named = {name: value for name, value in named.items() if value is not None}
    asked = [
        parse(Settings, {"method": each, "dims": dims, "seed": seed} | named) for each in methods
    ]
    from vae import training  # noqa: PLC0415 - imports torch
    from vae.analysis import measure  # noqa: PLC0415

    hardware = training.choose(parse(TrainConfig, {"device": device}))
    checkpoint = training.load_model(path, str(hardware.device))
    if samples and checkpoint.config.model.kind == "autoencoder":
        raise ConfigError("--samples: a plain autoencoder has no log p(x) to sample. Drop it.")
    config = data_to_measure(checkpoint.config, data, data_dir, None)
    with console.counting_bar() as progress:
        images = load(config, split, stand_in=stand_in, progress=progress)
        points = measure.points(checkpoint.model, images, limit=limit).with_(
            source=f"{images.name} {split.value}",
            weights=hashlib.sha256(checkpoint.path.read_bytes()).hexdigest(),
        )
        asked = [settings.fitted(len(points)) for settings in asked]
        for settings in asked:
            check(points.mu, settings)
        if samples:
            measured = measure.values(
                checkpoint.model,
                images,
                pixels=config.pixels,
                limit=limit,
                samples=samples,
                seed=seed,
                progress=progress,
            )
            points = points.with_(values=measured)
        points = points.with_(maps=_maps(points, asked, progress))
    _write(out, points, small=small)
    found = {"out": str(out), "images": len(points), "data": points.note, "maps": list(points.maps)}
    if as_json:
        console.say_json(found)
    else:
        console.say(f"{out}: {points.note}; {', '.join(points.maps)}")


def _check_heeded(methods: list[str], named: dict[str, Any], *, small: bool) -> None:
    """ConfigError for an option that changes nothing of what is asked for."""
    owners = {"perplexity": "tsne", "neighbours": "umap", "min_dist": "umap"}
    for name, owner in owners.items():
        if named[name] is not None and owner not in methods:
            option = f"--{name.replace('_', '-')}"
            raise ConfigError(f"{option} is for {owner}: drop it, or add --method {owner}.")
    if small:
        raise ConfigError("--small is for .npz files: drop it, or give --out such a name.")


def _maps(points: Points, asked: list[Settings], progress: jobs.OnProgress) -> dict[str, Any]:
    """The maps by name."""
    found = {}
    for settings in asked:

        def told(done: int, total: int, places: np.ndarray, name: str = settings.method) -> bool:
            progress(name, done, total)
            return True

        found[settings.title] = project(points.mu, settings, told)
    return found


def _write(out: Path, points: Points, *, small: bool) -> None:
    """Points as a table or as arrays, by the name of the file."""
    from vae.export.folder import make_folder  # noqa: PLC0415 - imports torch

    make_folder(out.parent)
    if out.suffix == ".csv":
        write_atomically(out, to_csv(points))
    else:
        points.write(out, small=small)
