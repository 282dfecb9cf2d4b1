"""The scores of disentanglement that ship: whole, of the weights that ship, and as they are measured."""

import hashlib
from pathlib import Path

import pytest

from ui.disentangle.scores import FILE, MADE_UP, METRICS, Choice, Code
from vae import training
from vae.analysis.disentanglement import Encoded, Factors, mig

FOLDER = Path(__file__).parents[2] / "checkpoints"
MODELS = ("sprites-vae", "sprites-beta-4", "sprites-beta-tc")
CHOICES = [Choice(codes, shape) for codes in ("mean", "sample") for shape in (True, False)]


def shipped(name: str) -> Code:
    """A model that ships."""
    weights = FOLDER / name / "model.safetensors"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    return Code(name, name, str(weights), FOLDER / name / FILE, digest)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("choice", CHOICES)
def test_scores_are_of_these_weights(name: str, choice: Choice) -> None:
    """Every choice has all metrics; `python -m scripts.score` mends it after another training."""
    assert shipped(name).found(choice).keys() >= set(METRICS)


@pytest.mark.parametrize("name", MODELS)
def test_mig_is_what_is_measured(name: str) -> None:
    """Measured again, MIG is the same within the rounding of another machine's encoder."""
    codes = Encoded(training.load_model(FOLDER / name).model)
    found = shipped(name).found(Choice())["mig"]
    assert mig(codes, Factors()).score == pytest.approx(found.score, abs=0.01)


def test_made_up_codes_are_in_order() -> None:
    """The true factors score as their permutation does, above the rotation, above noise."""
    codes = {key: Code(key, key, key, FOLDER / FILE) for key in MADE_UP}
    for choice in CHOICES[:2]:
        scores = {key: code.found(choice) for key, code in codes.items()}
        for metric in METRICS:
            true, permuted, rotated, noise = (
                scores[key][metric].score
                for key in ("true-factors", "permuted", "rotated", "random")
            )
            assert true == pytest.approx(permuted, abs=0.01)
            assert true > rotated
            assert metric == "modularity" or rotated > noise
