"""What ships of the comparison fits the models that ship."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from scripts.ship import LADDER_OF_BETA
from vae.analysis import encode
from vae.comparison import Comparison
from vae.comparison.align import align
from vae.config import DataConfig
from vae.data import load
from vae.training import load_model

FOLDER = Path(__file__).parents[2] / "checkpoints"
LADDER = [FOLDER / f"beta-{beta:g}" for beta in LADDER_OF_BETA]


def content(folder: Path) -> str:
    """What a comparison knows a model by."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def shipped() -> Comparison:
    """The file that ships."""
    return Comparison.model_validate_json((FOLDER / "comparison.json").read_text(encoding="utf-8"))


def test_it_is_of_these_models(shipped: Comparison) -> None:
    """Every step of the ladder is in it by the hash of its weights, and the reference is beta 1."""
    assert set(shipped.models) == {content(folder) for folder in LADDER}
    assert shipped.reference == content(FOLDER / "beta-1")


@pytest.mark.parametrize("folder", LADDER, ids=lambda folder: folder.name)
def test_it_agrees_with_what_was_measured_on_the_test_set(
    shipped: Comparison, folder: Path
) -> None:
    """Reconstruction and KL are within 3 % and 0.3 nats of those on MNIST's 10,000 test images."""
    found = shipped.models[content(folder)]
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert found.recon == pytest.approx(metrics["recon"], rel=0.03)
    assert found.kl == pytest.approx(metrics["kl"], abs=0.3)
    assert found.active_units == metrics["active_units"]
    assert found.nll <= -found.elbo


def test_more_beta_is_more_blur_and_less_rate(shipped: Comparison) -> None:
    """Along the ladder blur and distortion rise, the rate sinks."""
    found = [shipped.models[content(folder)] for folder in LADDER]
    assert np.all(np.diff([each.blur for each in found]) > 0)
    assert np.all(np.diff([each.recon for each in found]) > 0)
    assert np.all(np.diff([each.kl for each in found]) < 0)


def test_units_are_matched_anew(shipped: Comparison) -> None:
    """On the same images the same units are found again."""
    data = load(DataConfig(name="embedded"), "all").first(shipped.images)
    codes = [
        encode(load_model(FOLDER / name).model, data).mu.double().numpy()
        for name in ("beta-1", "beta-4")
    ]
    found, kept = align(*codes), shipped.models[content(FOLDER / "beta-4")]
    strong = [i for i, r in enumerate(kept.correlations) if r > 0.3]
    assert len(strong) >= 5
    assert [found.units[i] for i in strong] == [kept.units[i] for i in strong]
    assert [found.signs[i] for i in strong] == [kept.signs[i] for i in strong]
