"""`sweep`: trainings that differ in a few settings and seeds, one after the other."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from vae import console, jobs
from vae.cli.app import JsonOption, command
from vae.cli.data import StandInOption, check_there
from vae.cli.settings import settings
from vae.errors import ConfigError


@command(
    "Queue a training for every value of a setting with every seed; they go on without this terminal.",
    "sweep --beta 0.5,1,2,4 --seeds 0,1 --data mnist --latent-dim 10",
    "sweep --over objective.gamma=1,10,100 --set objective.kind=capacity --data sprites",
    "sweep --over model.latent_dim=2,8,32 --over train.learning_rate=1e-3,1e-4 --data embedded",
    "sweep --beta 1,4,16 --config runs/first/config.json",
)
def sweep(
    ctx: typer.Context,
    *,
    over: Annotated[
        list[str] | None,
        typer.Option(help="A setting and its values, as objective.gamma=1,10; several multiply."),
    ] = None,
    betas: Annotated[
        str | None, typer.Option("--beta", help="The same for objective.beta, as 0.5,1,2.")
    ] = None,
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
    chosen = _combinations(over or [], betas, seeds)
    params = {name: value for name, value in ctx.params.items() if name != "seeds"}
    grid = [settings(params, config, [*(set_ or []), *_assignments(each)]) for each in chosen]
    for images in dict.fromkeys(each.data for each in grid):
        check_there(images, stand_in=stand_in)
    runs = jobs.sweep(grid, jobs.root())
    if as_json:
        console.say_json([str(run.path) for run in runs])
        return
    for run, each in zip(runs, chosen, strict=True):
        told = (f"{path.partition('.')[2]} {_shown(value)}" for path, value in each.items())
        console.say(f"{run.name}: {', '.join(told)}")
    console.say("They train one after the other. `python -m vae runs` shows how far they are.")


def _combinations(over: list[str], betas: str | None, seeds: str) -> list[dict[str, Any]]:
    """The values of each training by setting, its seed last.

    Raises:
        ConfigError: nothing to vary, a setting given twice, or too many trainings.
    """
    varied: dict[str, list[Any]] = {}
    given = [jobs.values(text) for text in over]
    given += [("objective.beta", jobs.numbers(betas))] if betas is not None else []
    given += [("train.seed", list(jobs.whole_numbers(seeds)))]
    for path, found in given:
        if path in varied:
            raise ConfigError(f"{path} is given twice: give all its values at once.")
        varied[path] = found
    if len(varied) == 1 and len(varied["train.seed"]) < 2:
        raise ConfigError(
            "There is nothing to sweep over: give --over, such as --over objective.gamma=1,10, "
            "or --beta, or several --seeds."
        )
    return jobs.combinations(varied)


def _assignments(each: dict[str, Any]) -> list[str]:
    return [f"{path}={json.dumps(value)}" for path, value in each.items()]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
