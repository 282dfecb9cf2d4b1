"""`project`: images as points, and maps of them."""

import hashlib
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from vae import console
from vae.cli.app import JsonOption, app, with_examples
from vae.cli.measure import Split, data_to_measure
from vae.config import TrainConfig, parse
from vae.errors import ConfigError
from vae.files import write_atomically
from vae.projection import MAX_POINTS, Settings, check, project
from vae.projection.formats import to_csv


@app.command(
    name="project",
    help=with_examples(
        "Make maps of a model's codes: PCA, t-SNE, UMAP.",
        "project runs/first --method tsne --out map.npz",
        "project checkpoints/vae-z16 --data embedded --split all --method pca --method umap --out map.csv",
    ),
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
        float, typer.Option(help="t-SNE: neighbours of a point, in effect.")
    ] = 30,
    neighbours: Annotated[int, typer.Option(help="UMAP: neighbours of a point.")] = 15,
    min_dist: Annotated[float, typer.Option(help="UMAP: how close points may come.")] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of the maps, and of log p(x).")] = 0,
    data: Annotated[
        str | None, typer.Option(help="Other data than the model was trained with.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where that data is.")] = None,
    split: Annotated[Split, typer.Option(help="Part of the data.")] = Split.TEST,
    limit: Annotated[
        int, typer.Option(min=3, max=MAX_POINTS, help="The first so many images.")
    ] = MAX_POINTS,
    samples: Annotated[
        int, typer.Option(min=0, help="Importance samples of log p(x); 0 measures nothing.")
    ] = 0,
    small: Annotated[bool, typer.Option("--small", help="Round codes: half the size.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Encode images, make maps, and write both."""
    if out.suffix not in (".npz", ".csv"):
        raise ConfigError(f"--out: found {out.name}, needed is a name that ends in .npz or .csv.")
    asked = [
        parse(
            Settings,
            {"method": each, "dims": dims, "perplexity": perplexity, "neighbours": neighbours}
            | {"min_dist": min_dist, "seed": seed},
        )
        for each in method or ["pca"]
    ]
    from vae import training  # noqa: PLC0415 - imports torch
    from vae.analysis import measure  # noqa: PLC0415
    from vae.data import load  # noqa: PLC0415

    hardware = training.choose(parse(TrainConfig, {"device": device}))
    checkpoint = training.load_model(path, str(hardware.device))
    config = data_to_measure(checkpoint.config, data, data_dir, None)
    with console.counting_bar() as progress:
        images = load(config, split.value, download=True, progress=progress)
        points = measure.points(checkpoint.model, images, limit=limit).with_(
            source=f"{images.name} {split.value}",
            weights=hashlib.sha256(checkpoint.path.read_bytes()).hexdigest(),
        )
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
        for settings in asked:

            def told(
                done: int, total: int, places: np.ndarray, name: str = settings.method
            ) -> bool:
                progress(name, done, total)
                return True

            points = points.with_(
                maps={**points.maps, settings.title: project(points.mu, settings, told)}
            )
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".csv":
        write_atomically(out, to_csv(points))
    else:
        points.write(out, small=small)
    found = {"out": str(out), "images": len(points), "data": points.note, "maps": list(points.maps)}
    if as_json:
        console.say_json(found)
    else:
        console.say(f"{out}: {len(points):,} images, {', '.join(points.maps)}")
