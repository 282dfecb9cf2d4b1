"""Train, export and measure the models that ship.

    VAE_DATA=FOLDER python -m scripts.ship [NAME ...]

Each model is made by three commands of the command line, which its provenance.json repeats. What is
there already is kept: a training that ended is not begun again, one that was stopped goes on.
"""

import json
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from vae.export import timeline
from vae.jobs import Run

CHECKPOINTS = Path("checkpoints")
RUNS = Path("runs/shipped")

DIGITS = "--data mnist --hold-out embedded"
STEPS = "--schedule cosine --seed 0 --device cpu"
LADDER_OF_BETA = (0.25, 0.5, 1, 2, 4, 8, 16)

RECIPES = {
    "autoencoder-z2": f"{DIGITS} --model autoencoder --latent-dim 2 --hidden 400,200 --epochs 40 {STEPS}",
    "vae-z2": f"{DIGITS} --model vae --latent-dim 2 --hidden 400,200 --epochs 60 {STEPS}",
    "vae-z16": f"{DIGITS} --model vae --latent-dim 16 --hidden 400,200 --epochs 1440 {STEPS}",
    "cvae-z16": f"{DIGITS} --model cvae --latent-dim 16 --hidden 400,200 --epochs 240 {STEPS}",
    "ladder": (
        f"{DIGITS} --model ladder --latent-dims 12,4 --widths 200,100 --hidden 400,200 "
        f"--warmup-steps 4000 --epochs 240 {STEPS}"
    ),
    "fashion-z16": (
        f"--data fashion-mnist --model vae --latent-dim 16 --hidden 400,200 --epochs 120 {STEPS}"
    ),
    **{
        f"beta-{beta:g}": (
            f"{DIGITS} --model vae --latent-dim 10 --hidden 300,150 --beta {beta:g} --epochs 120 {STEPS}"
        )
        for beta in LADDER_OF_BETA
    },
    **{
        f"sprites-{name}": (
            f"--data sprites --model vae --latent-dim 10 --backbone mlp --hidden 256,128 {objective} "
            f"--epochs 12 {STEPS}"
        )
        for name, objective in {
            "vae": "--beta 1",
            "beta-4": "--beta 4",
            "beta-tc": "--objective beta-tc --beta 6",
        }.items()
    },
}

RECORDED = ("vae-z2", "autoencoder-z2")
"""Models that ship with their training, to go back and forth in."""
MOMENTS = 5
POINTS = 120
"""Of each curve."""

TABLE = """# The models that ship

Means over held-out images (MNIST, Fashion-MNIST: the 10,000 test images; sprites: 10,000 that were
not trained on), in nats per image; `nll` by 100 importance samples. Written by `python -m
scripts.ship` from each model's `metrics.json`; `provenance.json` has the commands that made it.
The plain autoencoder has a reconstruction only, measured by the cross-entropy on grey values.

| model | nll | ELBO | recon | KL | active units |
| --- | --- | --- | --- | --- | --- |
"""

MEASURE = "--split test --samples 100 --seed 0 --json"


def ship(name: str) -> None:
    """Make one model, from nothing to its measurements."""
    run, folder = RUNS / name, CHECKPOINTS / name
    train = ["train", *RECIPES[name].split(), "--out", str(run)]
    export = ["export", str(run), "--format", "checkpoint", "--half", "--out", str(folder)]
    evaluate = ["evaluate", str(folder), *MEASURE.split()]
    if not run.exists():
        vae(train)
    elif json.loads((run / "status.json").read_text())["state"] != "done":
        vae(["resume", str(run)])
    vae(export)
    (folder / "metrics.json").write_text(vae(evaluate, capture=True))
    (folder / "samples").mkdir(exist_ok=True)
    shutil.copy(Run(run).samples / "latest.png", folder / "samples")
    if name in RECORDED:
        record(run, folder)
    status = json.loads((run / "status.json").read_text())
    provenance = {
        "commands": [" ".join(["python -m vae", *words]) for words in (train, export, evaluate)],
        "python": platform.python_version(),
        "torch": version("torch"),
        "hardware": status["hardware"],
        "training_seconds": round(status["seconds"]),
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=2) + "\n")


def record(run: Path, folder: Path) -> None:
    """Ship the training with its model: some moments, and the curves that they lie on."""
    timeline.ship(run, folder, MOMENTS)
    events = Run(run).events().events
    steps = [event for event in events if event.kind == "step"]
    every = max(1, len(steps) // POINTS)
    dropped = {id(event) for i, event in enumerate(steps) if i % every}
    lines = [event.model_dump_json() for event in events if id(event) not in dropped]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")


def vae(words: list[str], *, capture: bool = False) -> str:
    """Run a command of `python -m vae`; an error ends everything."""
    command = [sys.executable, "-m", "vae", *words]
    stdout = subprocess.PIPE if capture else None
    return subprocess.run(command, check=True, text=True, stdout=stdout).stdout or ""


def table() -> str:
    """What ships, from the measurements, in Markdown."""
    rows = []
    for name in RECIPES:
        folder = CHECKPOINTS / name
        if not (folder / "metrics.json").is_file():
            continue
        found = json.loads((folder / "metrics.json").read_text())
        numbers = (found[key] for key in ("nll", "elbo", "recon", "kl"))
        cells = [name, *("" if x is None else f"{x:.2f}" for x in numbers)]
        active = found["active_units"]
        rows.append("| " + " | ".join([*cells, "" if active is None else str(active)]) + " |")
    return TABLE + "\n".join(rows) + "\n"


if __name__ == "__main__":
    for chosen in sys.argv[1:] or RECIPES:
        ship(chosen)
    (CHECKPOINTS / "README.md").write_text(table())
