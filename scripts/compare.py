"""Measure the shipped ladder of beta side by side, for the page that compares it without torch.

    python -m scripts.compare

Writes checkpoints/comparison.json; the 5,000 embedded digits are at hand everywhere, and new to
these models.
"""

import hashlib
from pathlib import Path

from scripts.ship import CHECKPOINTS, LADDER_OF_BETA
from vae.analysis.compare import compare
from vae.comparison import held_out
from vae.data import load
from vae.training import load_model

FILE = Path("comparison.json")


def write(folder: Path = CHECKPOINTS) -> None:
    """Compare the models of the ladder and keep what was found."""
    found = [load_model(folder / f"beta-{beta:g}") for beta in LADDER_OF_BETA]
    held = held_out([checkpoint.config for checkpoint in found])
    models = {_content(checkpoint.path): checkpoint.model for checkpoint in found}
    result = compare(models, load(held.data, held.split), pixels=held.data.pixels)
    (folder / FILE).write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _content(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    write()
