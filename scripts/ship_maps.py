"""Make the maps that ship: images that no shipped model was trained on, as points, beside each model.

    VAE_DATA=FOLDER python -m scripts.ship_maps [NAME ...]

Each `map.npz` holds codes, log p(x), and maps by t-SNE and UMAP, as `python -m vae project` writes
them; the command goes to the model's provenance.json. What is there and fits its model is kept.
"""

import hashlib
import json
import sys

from scripts.ship import CHECKPOINTS, RECIPES, vae
from vae.files import MAP_FILE, MODEL_FILE
from vae.projection import Points

IMAGES = {"sprites": "--split test --limit 5000", "fashion": "--split test --limit 5000"}
"""By how a model's name begins; digits are the embedded ones, which are always there."""
DIGITS = "--data embedded --split all"
OPTIONS = "--method tsne --method umap --seed 0 --samples 20 --small"


def ship(name: str) -> None:
    """Make the map of one model, unless it is there and of the model's weights."""
    folder = CHECKPOINTS / name
    weights, out = folder / MODEL_FILE, folder / MAP_FILE
    if not weights.is_file():
        return
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if out.exists() and Points.read(out).weights == digest:
        return
    images = next((words for start, words in IMAGES.items() if name.startswith(start)), DIGITS)
    command = ["project", str(folder), *images.split(), *OPTIONS.split(), "--out", str(out)]
    vae(command)
    path = folder / "provenance.json"
    provenance = json.loads(path.read_text())
    provenance["map"] = " ".join(["python -m vae", *command])
    path.write_text(json.dumps(provenance, indent=2) + "\n")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or RECIPES:
        ship(chosen)
