"""The command line: `python -m vae train | resume | evaluate | export | runs | doctor`.

An error is one sentence on stderr. Exit codes: 0 all went well, 1 a run failed or diverged, 2 the
user's mistake, 130 interrupted. torch is imported by the commands that need it only.
"""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from vae import console, jobs
from vae.config import DataConfig, RunConfig, parse
from vae.errors import ConfigError, RunError, VaeError

app = typer.Typer(
    name="vae",
    help="Variational autoencoders: train, measure, export. Every number is in nats per image.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    try:
        code = app(arguments or ["--help"], prog_name="python -m vae", standalone_mode=False)
    except VaeError as error:
        return _complain(str(error), 2)
    except KeyboardInterrupt:
        return _complain("Interrupted.", 130)
    except Exception as error:
        if os.environ.get("VAE_DEBUG") == "1":
            raise
        if usage := getattr(error, "format_message", None):  # what typer says of wrong options
            return _complain(usage(), 2)
        kind = type(error).__name__
        return _complain(f"Unexpected {kind}: {error}. VAE_DEBUG=1 shows where it happened.", 1)
    return code if isinstance(code, int) else 0


def _complain(text: str, code: int) -> int:
    console.complain(text)
    return code


def _help(what: str, *examples: str) -> str:
    """The help of a command, its examples in lines of their own."""
    return f"{what}\n\n\b\n" + "\n".join(f"  $ python -m vae {example}" for example in examples)


# --- train ----------------------------------------------------------------------------------------

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
}
"""Which setting an option gives."""

LISTS = ("latent_dims", "widths", "hidden", "channels")
"""Options that take numbers with commas between them."""


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


JsonOption = Annotated[bool, typer.Option("--json", help="Lines of JSON for machines.")]


@app.command(
    help=_help(
        "Train a model in this terminal. Ctrl-C saves; `resume` goes on.",
        "train --data mnist --latent-dim 16 --epochs 20 --out runs/a",
        "train --data sprites --objective beta-tc --beta 6",
        "train --model ladder --latent-dims 12,4 --free-bits 0.1",
        "train --data folder --data-dir photos --image-size 64",
        "train --config runs/a/config.json --set train.seed=1",
    )
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
    as_json: JsonOption = False,
) -> int:
    """Train in the foreground, in a run directory like any other."""
    settings = _settings(ctx.params, config, set_ or [])
    if out is None:
        new = jobs.new_run(jobs.root(), settings, "stopped")
    else:
        new = jobs.Run.create(out, settings, "stopped")
    status = _work(new, as_json=as_json, quiet=False)
    if status.state == "failed" and not status.step and not new.log.exists():
        new.delete()  # it never trained, and the same command shall work once that is mended
        raise RunError(status.cause)
    return _exit_code(new, status, quiet=as_json)


def _settings(params: dict[str, Any], config: Path | None, assignments: list[str]) -> RunConfig:
    """Settings from a file, then options, then assignments."""
    given = {SETTINGS[k]: v for k, v in params.items() if k in SETTINGS and v is not None}
    for name in LISTS:
        if SETTINGS[name] in given:
            given[SETTINGS[name]] = _numbers(name, given[SETTINGS[name]])
    given |= dict(_assignment(text) for text in assignments)
    nested = _from_file(config) if config else {}
    # Kinds first: another variant starts from its own defaults.
    for path in sorted(given, key=lambda path: (not path.endswith(".kind"), path)):
        _put(nested, path, given[path])
    sections = jobs.fill(nested)
    _one_width(sections["model"].get("backbone"))
    for name, path in SETTINGS.items():
        if params.get(name) is not None and (why := jobs.misplaced(path, sections)):
            raise ConfigError(f"--{name.replace('_', '-')}: {why}.")
    return parse(RunConfig, sections)


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
    """Give a value its place; a change of kind empties the group."""
    *groups, name = path.split(".")
    for group in groups:
        inner = nested.setdefault(group, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"--set: {group} in {path} is a value, not a group of settings.")
        nested = inner
    if name == "kind" and nested.get("kind", value) != value:
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


# --- resume ---------------------------------------------------------------------------------------


@app.command(
    help=_help(
        "Go on with a run that was stopped, interrupted, or is done.",
        "resume runs/first",
        "resume runs/first --epochs 40",
    )
)
def resume(
    path: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="Directory of the run.")],
    epochs: Annotated[int | None, typer.Option(help="Another number of epochs in all.")] = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
) -> int:
    """Train on in the foreground; a paused run is told to go on where it is."""
    found = jobs.Run.open(path)
    state = found.status.state
    if state == "paused" and epochs is None:
        found.ask("run")
        if not quiet:
            console.say(f"{found.name} goes on in its own process.")
        return 0
    if state != "queued" or epochs is not None:
        jobs.prepare(found, epochs)
    return _exit_code(found, _work(found, as_json=as_json, quiet=quiet), quiet=quiet or as_json)


def _work(run: jobs.Run, *, as_json: bool, quiet: bool) -> jobs.Status:
    """Train, and show it."""
    if quiet:
        return jobs.work(run)
    if as_json:
        status = jobs.work(run, console.print_event)
        end = {"kind": "run", "path": str(run.path), "state": status.state, "cause": status.cause}
        console.say_json(end)
        return status
    with console.training_bar(run) as (on_event, on_progress):
        return jobs.work(run, on_event, on_progress)


def _exit_code(run: jobs.Run, status: jobs.Status, *, quiet: bool = False) -> int:
    """How a training ended, told and as an exit code."""
    if status.state in ("failed", "diverged"):
        console.complain(f"{status.cause} ({run.path})")
        return 1
    if not quiet:
        console.say(console.ending(run, status))
    # Asked to stop by its control.json it has no cause to tell; interrupted it has.
    return 130 if status.state == "stopped" and status.cause else 0


# --- evaluate -------------------------------------------------------------------------------------


class Split(StrEnum):
    """Parts of the data."""

    TRAIN = "train"
    TEST = "test"
    ALL = "all"


@app.command(
    help=_help(
        "Measure a model on images: nll by importance sampling, elbo, recon, kl, active units.",
        "evaluate runs/first --split test --samples 5000 --json",
        "evaluate checkpoints/vae-z16 --data embedded --split all",
    )
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
    samples: Annotated[
        int, typer.Option(min=1, help="Importance samples an image; papers use 5000.")
    ] = 100,
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many images.")] = None,
    pixels: Annotated[
        str | None, typer.Option(help="dynamic, fixed or grey; by default as in training.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of pixels and noise.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Measure a model; the data is by default that of its training, held-out images held out."""
    from vae import analysis, training  # noqa: PLC0415 - imports torch
    from vae.config import TrainConfig  # noqa: PLC0415
    from vae.data import load  # noqa: PLC0415

    hardware = training.choose(parse(TrainConfig, {"device": device}))
    checkpoint = training.load_model(path, str(hardware.device))
    config = _data_to_measure(checkpoint.config, data, data_dir, pixels)
    with console.counting_bar() as progress:
        images = load(config, split.value, download=True, progress=progress)
        result = analysis.evaluate(
            checkpoint.model,
            images,
            samples=samples,
            pixels=config.pixels,
            seed=seed,
            limit=limit,
            progress=progress,
        )
    numbers = result.model_dump(mode="json")
    if as_json:
        console.say_json({"path": str(checkpoint.path), "data": images.note, **numbers})
        return
    console.say(f"{checkpoint.path} on {images.note}")
    console.table(["", "nats per image"], [[k, _shown(v)] for k, v in numbers.items()])


def _data_to_measure(
    config: RunConfig, name: str | None, path: Path | None, pixels: str | None
) -> DataConfig:
    """The data of a model's training, or other data in its shape."""
    changes: dict[str, Any] = {"limit": None}
    if pixels is not None:
        changes["pixels"] = pixels
    if path is not None:
        changes["path"] = path
    if name is None or name == config.data.name:
        return config.data.replace(**changes)
    channels, size, _ = config.model.shape
    changes |= {"size": size, "channels": channels} if name == "folder" else {}
    return parse(DataConfig, {"name": name, "pixels": config.data.pixels} | changes)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "  ".join(_shown(each) for each in value)
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)


# --- export ---------------------------------------------------------------------------------------


class Format(StrEnum):
    """What a model can be written as."""

    ONNX = "onnx"
    CHECKPOINT = "checkpoint"


@app.command(
    help=_help(
        "Write a model for other programs, or as a checkpoint apart from its run.",
        "export runs/first --format onnx --out exported",
        "export runs/first --format checkpoint --half --out checkpoints/first",
    )
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
    from vae import export, training  # noqa: PLC0415 - imports torch

    if form is Format.ONNX:
        export.export_onnx(training.load_model(path), out)
    else:
        export.export_checkpoint(path, out, half=half)
    files = sorted(file.name for file in out.iterdir() if file.is_file())
    if as_json:
        console.say_json({"out": str(out), "files": files})
    else:
        console.say(f"{out}: {', '.join(files)}")


# --- runs and doctor ------------------------------------------------------------------------------


@app.command(
    help=_help(
        "List the runs, newest first.", "runs", "runs --dir /data/runs --json | jq '.[0].state'"
    )
)
def runs(
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Folder of runs; by default VAE_RUNS, or runs.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs."""
    root = folder or jobs.root()
    if folder is not None and not folder.is_dir():
        raise RunError(f"--dir: {folder} is no folder. Give one that holds runs.")
    entries = jobs.runs(root)
    if as_json:
        console.say_json([console.run_json(entry) for entry in entries])
    elif entries:
        rows = [console.run_row(entry) for entry in entries]
        console.table(["run", "state", "epochs", "held-out loss", ""], rows)
    else:
        console.say(f"No runs in {root} yet. `python -m vae train` makes one.")


@app.command(
    help=_help(
        "Say what works on this machine, and what to do about the rest.", "doctor", "doctor --json"
    )
)
def doctor(as_json: JsonOption = False) -> int:
    """Check this machine."""
    from vae import doctor as checks  # noqa: PLC0415 - imports torch

    found = checks.examine()
    if as_json:
        console.say_json([check.as_json() for check in found])
    else:
        console.table(["", "", ""], [[each.verdict, each.what, each.found] for each in found])
    return int(any(each.verdict == "problem" for each in found))
