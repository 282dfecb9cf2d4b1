"""Measure the disentanglement of the sprites' models that ship, and of codes whose score is known.

    python -m scripts.score [NAME ... made-up]

Each `disentanglement.jsonl` holds what `python -m vae disentangle ... --json` printed of a model, and
the hash of its weights; DCI by classes, which takes minutes, is measured where somebody asks for it. Run
it again after `python -m scripts.ship` has made other weights.
"""

import json
import subprocess
import sys
from pathlib import Path

CHECKPOINTS = Path("checkpoints")
FILE = "disentanglement.jsonl"
MODELS = ("sprites-vae", "sprites-beta-4", "sprites-beta-tc")
MADE_UP = ("true-factors", "permuted", "rotated", "random")


def score(name: str) -> None:
    """Measure a model, on means and on samples, with and without the shape as a factor."""
    made = [measured(f"{CHECKPOINTS / name} --codes {codes}") for codes in ("mean", "sample")]
    (CHECKPOINTS / name / FILE).write_text("".join(made))


def score_made_up() -> None:
    """Measure the codes whose score is known."""
    (CHECKPOINTS / FILE).write_text("".join(measured(name) for name in MADE_UP))


def measured(options: str) -> str:
    """The lines of results that a command prints; an error ends everything."""
    command = [sys.executable, "-m", "vae", "disentangle", *options.split(), "--shape", "both"]
    command += ["--device", "cpu", "--json"]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    lines = done.stdout.splitlines(keepends=True)
    return "".join(line for line in lines if json.loads(line)["kind"] == "measured")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [*MODELS, "made-up"]:
        if chosen == "made-up":
            score_made_up()
        else:
            score(chosen)
