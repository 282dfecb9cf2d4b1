"""`sweep`: trainings of several values of beta and seeds, one after the other."""

from pathlib import Path
from typing import Annotated

import typer

from vae import console, jobs
from vae.cli.app import JsonOption, command
from vae.cli.data import StandInOption, check_there
from vae.cli.settings import settings


@command(
    "Queue a training for every beta with every seed; they go on without this terminal.",
    "sweep --beta 0.5,1,2,4 --seeds 0,1 --data mnist --latent-dim 10",
    "sweep --beta 1,4,16 --config runs/first/config.json",
)
def sweep(
    ctx: typer.Context,
    *,
    betas: Annotated[str, typer.Option("--beta", help="Values with commas between, as 0.5,1,2.")],
    seeds: Annotated[str, typer.Option(help="Seeds with commas between, as 0,1,2.")] = "0",
    data: Annotated[
        str | None, typer.Option(help="mnist, fashion-mnist, kmnist, embedded, sprites or folder.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where that data is.")] = None,
    latent_dim: Annotated[int | None, typer.Option(help="Latent units, 1 to 256.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the data.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Start from the settings of a config.json.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any setting, as train.batch_size=64; may be repeated."),
    ] = None,
    stand_in: StandInOption = False,
    as_json: JsonOption = False,
) -> None:
    """Submit the runs of a grid."""
    chosen = settings(ctx.params, config, set_ or [])
    configs = jobs.grid(chosen, jobs.numbers(betas), jobs.whole_numbers(seeds))
    check_there(chosen.data, stand_in=stand_in)
    runs = jobs.sweep(configs, jobs.root())
    if as_json:
        console.say_json([str(run.path) for run in runs])
        return
    for run, each in zip(runs, configs, strict=True):
        console.say(
            f"{run.name}: beta {getattr(each.objective, 'beta', 1):g}, seed {each.train.seed}"
        )
    console.say("They train one after the other. `python -m vae runs` shows how far they are.")
