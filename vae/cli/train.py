"""`train` and `resume`: a training in this terminal."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vae import console, jobs
from vae.cli.app import JsonOption, command
from vae.cli.data import StandInOption, check_there
from vae.cli.settings import settings
from vae.config import Levers, parse
from vae.errors import RunError
from vae.events import Event
from vae.likelihoods import caution

if TYPE_CHECKING:
    from vae.export.tensorboard import TensorBoard


def _option(panel: str, text: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=panel, show_default=False, **more)


def _of_data(text: str) -> Any:
    return _option("Data", text)


def _of_model(text: str) -> Any:
    return _option("Model", text)


def _of_objective(text: str) -> Any:
    return _option("Objective", text)


def _of_training(text: str) -> Any:
    return _option("Training", text)


TensorBoardOption = Annotated[
    Path | None,
    _option("Run", "Folder to write curves to for TensorBoard, while it trains."),
]


@command(
    "Train a model in this terminal. Ctrl-C saves; `resume` goes on.",
    "train --data mnist --latent-dim 16 --epochs 20 --out runs/a",
    "train --data sprites --objective beta-tc --beta 6",
    "train --model ladder --latent-dims 12,4 --free-bits 0.1",
    "train --data folder --data-dir photos --image-size 64",
    "train --config runs/a/config.json --set train.seed=1",
    "train --data embedded --tensorboard curves",
)
def train(
    ctx: typer.Context,
    *,
    data: Annotated[
        str | None, _of_data("mnist, fashion-mnist, kmnist, embedded, sprites or folder.")
    ] = None,
    data_dir: Annotated[
        Path | None, _of_data("Folder of IDX files, or folder or zip of images.")
    ] = None,
    hold_out: Annotated[
        str | None, _of_data("none; or embedded: leave the embedded digits out of MNIST.")
    ] = None,
    pixels: Annotated[
        str | None, _of_data("dynamic: binarised at every use; fixed: once; or grey.")
    ] = None,
    limit: Annotated[int | None, _of_data("Train on the first so many images only.")] = None,
    image_size: Annotated[int | None, _of_data("Side in pixels for a folder's images.")] = None,
    image_channels: Annotated[int | None, _of_data("1 grey or 3 colour, for a folder.")] = None,
    model: Annotated[str | None, _of_model("autoencoder, vae, cvae or ladder.")] = None,
    latent_dim: Annotated[int | None, _of_model("Latent units, 1 to 256.")] = None,
    latent_dims: Annotated[
        str | None, _of_model("Units of each layer of a ladder, bottom first, as 12,4.")
    ] = None,
    widths: Annotated[
        str | None, _of_model("Widths between the layers of a ladder, as 256,128.")
    ] = None,
    backbone: Annotated[str | None, _of_model("mlp or conv.")] = None,
    hidden: Annotated[str | None, _of_model("Widths of the hidden layers, as 512,256.")] = None,
    channels: Annotated[str | None, _of_model("Channels of the convolutions, as 32,64.")] = None,
    activation: Annotated[str | None, _of_model("relu, leaky-relu, elu, silu or tanh.")] = None,
    posterior: Annotated[str | None, _of_model("diagonal or full covariance.")] = None,
    likelihood: Annotated[
        str | None, _of_model("bernoulli, continuous-bernoulli or gaussian.")
    ] = None,
    scale: Annotated[float | None, _of_model("Standard deviation of gaussian pixels.")] = None,
    learn_scale: Annotated[
        bool | None, _of_model("Whether that standard deviation is learned.")
    ] = None,
    prior: Annotated[str | None, _of_model("standard-normal or vamp.")] = None,
    components: Annotated[int | None, _of_model("Pseudo-inputs of the vamp prior.")] = None,
    objective: Annotated[
        str | None,
        _of_objective(
            "elbo, capacity, beta-tc, factor, dip-i, dip-ii, iwae; reconstruction for the autoencoder."
        ),
    ] = None,
    beta: Annotated[float | None, _of_objective("Weight of the KL, or of beta-tc's TC.")] = None,
    warmup_steps: Annotated[
        int | None, _of_objective("Steps over which the weight grows from 0.")
    ] = None,
    free_bits: Annotated[
        float | None, _of_objective("Nats that each unit has for nothing.")
    ] = None,
    samples: Annotated[int | None, _of_objective("Samples of z for each image.")] = None,
    gamma: Annotated[
        float | None, _of_objective("Weight of capacity's, factor's or beta-tc's last term.")
    ] = None,
    capacity: Annotated[float | None, _of_objective("KL to aim for at the end, in nats.")] = None,
    capacity_steps: Annotated[int | None, _of_objective("Steps to get there.")] = None,
    alpha: Annotated[float | None, _of_objective("Weight of beta-tc's information.")] = None,
    off_diagonal: Annotated[float | None, _of_objective("Weight of dip's covariances.")] = None,
    diagonal: Annotated[float | None, _of_objective("Weight of dip's variances.")] = None,
    epochs: Annotated[int | None, _of_training("Passes over the data.")] = None,
    batch_size: Annotated[int | None, _of_training("Images in a batch.")] = None,
    learning_rate: Annotated[float | None, _of_training("Of Adam.")] = None,
    schedule: Annotated[str | None, _of_training("constant or cosine.")] = None,
    seed: Annotated[int | None, _of_training("Same seed, same run.")] = None,
    device: Annotated[str | None, _of_training("auto, cpu, mps, cuda or cuda:N.")] = None,
    precision: Annotated[str | None, _of_training("auto, float32 or bfloat16.")] = None,
    compile: Annotated[
        str | None, _of_training("auto, on or off: slower to begin, then faster.")
    ] = None,
    config: Annotated[
        Path | None,
        _option("Run", "Start from the settings of a config.json; options go before it."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        _option("Run", "Any setting, as objective.gamma=10; may be repeated.", "--set"),
    ] = None,
    out: Annotated[
        Path | None, _option("Run", "Directory of the run; by default a new one in runs.")
    ] = None,
    tensorboard: TensorBoardOption = None,
    stand_in: StandInOption = False,
    as_json: JsonOption = False,
) -> int:
    """Train in the foreground, in a run directory like any other."""
    chosen = settings(ctx.params, config, set_ or [])
    check_there(chosen.data, stand_in=stand_in)
    if said := caution(chosen):
        console.complain(said)
    board = _board(tensorboard)
    if out is None:
        jobs.check_disk(jobs.root())
        new = jobs.new_run(jobs.root(), chosen, "stopped")
    else:
        new = jobs.Run.create(out, chosen, "stopped")
    status = _work(new, board, as_json=as_json, quiet=False)
    if status.state == "failed" and not status.step and not new.log.exists():
        new.delete()  # it never trained, and the same command shall work once that is mended
        raise RunError(status.cause)
    return _exit_code(new, status, quiet=as_json)


@command(
    "Go on with a run that was stopped, interrupted, or is done. What else differs trains anew.",
    "resume runs/first",
    "resume runs/first --epochs 40 --learning-rate 1e-4 --beta 4",
    "resume runs/first --data-dir photos",
)
def resume(
    path: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="Directory of the run.")],
    *,
    epochs: Annotated[int | None, typer.Option(help="Another number of epochs in all.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Of Adam, from the next step on.")
    ] = None,
    beta: Annotated[float | None, typer.Option(help="Beta, from the next step on.")] = None,
    gamma: Annotated[
        float | None, typer.Option(help="Capacity's or factor's gamma, from the next step on.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where its images are now, if they were moved.")
    ] = None,
    tensorboard: TensorBoardOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
) -> int:
    """Train on in the foreground; a paused run is told to go on where it is."""
    found = jobs.Run.open(path)
    levers = _levers(found, learning_rate, beta=beta, gamma=gamma)
    as_it_was = epochs is None and data_dir is None and levers is None
    state = found.status.state
    told_alone = as_it_was and tensorboard is None
    if state == "paused" and not found.status.parked and told_alone:
        jobs.resume(found)
        if not quiet:
            console.say(f"{found.name} goes on in its own process.")
        return 0
    board = _board(tensorboard, found)
    if state != "queued" or not as_it_was:
        jobs.prepare(found, epochs, pictures=data_dir, levers=levers)
    status = _work(found, board, as_json=as_json, quiet=quiet)
    return _exit_code(found, status, quiet=quiet or as_json)


def _board(folder: Path | None, going_on: jobs.Run | None = None) -> "TensorBoard | None":
    """What writes the curves of a training that is new, or goes on from where it was saved."""
    if folder is None:
        return None
    from vae.export.tensorboard import TensorBoard  # noqa: PLC0415 - slow to import
    from vae.weights import read_header  # noqa: PLC0415

    if going_on is None:
        return TensorBoard(folder)
    saved = going_on.last.exists()
    return TensorBoard(folder, after=read_header(going_on.last).step if saved else 0)


def _levers(run: jobs.Run, learning_rate: float | None, **weights: float | None) -> Levers | None:
    """What is to be another from the next step on; None where nothing is."""
    given = {name: value for name, value in weights.items() if value is not None}
    if learning_rate is None and not given:
        return None
    objective = run.config.objective
    if wrong := next((name for name in given if name != objective.lever), None):
        other = f"; it has --{objective.lever}" if objective.lever in weights else ""
        raise RunError(
            f"--{wrong}: the objective '{objective.kind}' has no such weight to change in "
            f"mid-run{other}. Train anew for another objective."
        )
    weight = next(iter(given.values()), None)
    return parse(Levers, {"learning_rate": learning_rate, "weight": weight})


def _work(run: jobs.Run, board: "TensorBoard | None", *, as_json: bool, quiet: bool) -> jobs.Status:
    """Train, and show it."""
    with ExitStack() as stack:
        watching: list[jobs.OnEvent] = [stack.enter_context(closing(board)).add] if board else []
        on_progress = None
        if as_json and not quiet:
            watching.append(console.print_event)
        elif not quiet:
            on_event, on_progress = stack.enter_context(console.training_bar(run))
            watching.append(on_event)
        status = jobs.work(run, _to_all(watching) if watching else None, on_progress)
    if as_json and not quiet:
        end = {"kind": "run", "path": str(run.path), "state": status.state, "cause": status.cause}
        console.say_json(end)
    return status


def _to_all(watching: list[jobs.OnEvent]) -> jobs.OnEvent:
    def tell(event: Event) -> None:
        for each in watching:
            each(event)

    return tell


def _exit_code(run: jobs.Run, status: jobs.Status, *, quiet: bool = False) -> int:
    """How a training ended, told and as an exit code."""
    could_not_go_on = status.state == "done" and status.cause
    if status.state in ("failed", "diverged") or could_not_go_on:
        console.complain(f"{status.cause} ({run.path})")
        return 1
    if not quiet:
        console.say(console.ending(run, status))
    # Asked to stop by its control.json it has no cause to tell; interrupted it has.
    return 130 if status.state == "stopped" and status.cause else 0
