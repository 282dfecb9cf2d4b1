"""Verdicts on trainings that really are so: tiny ones, of squares and lines that are easy to learn."""

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from vae import training
from vae.config import RunConfig, parse
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.diagnosis import Facts, Finding, diagnose, facts
from vae.events import Diverged, Epoch, Step
from vae.jobs import Run


def bars(count: int, seed: int) -> Dataset:
    """A bar across and a bar down in each image: 64 different ones."""
    noise = torch.Generator().manual_seed(seed)
    places = torch.randint(0, 8, (count, 2), generator=noise)
    images = torch.zeros(count, 1, 8, 8, dtype=torch.uint8)
    for image, (row, column) in zip(images, places.tolist(), strict=True):
        image[0, row] = image[0, :, column] = 255
    return _dataset(images)


def noise_images(count: int, seed: int) -> Dataset:
    """Images with nothing in common that could be learnt."""
    noise = torch.Generator().manual_seed(seed)
    return _dataset(255 * torch.randint(0, 2, (count, 1, 8, 8), generator=noise, dtype=torch.uint8))


def _dataset(images: torch.Tensor) -> Dataset:
    return Dataset("made up", TensorImages(images), None, (), "Made up")


def settings(objective: dict[str, Any] | None = None, **train: Any) -> RunConfig:
    """A VAE of two units on 8 x 8 pixels."""
    return parse(
        RunConfig,
        {
            "data": {"name": "folder", "path": "nowhere", "size": 8},
            "model": {
                "kind": "vae",
                "shape": (1, 8, 8),
                "latent_dim": 4,
                "backbone": {"kind": "mlp", "hidden": (64,)},
            },
            "objective": {"kind": "elbo", **(objective or {})},
            "train": {"device": "cpu", "batch_size": 50, "learning_rate": 5e-3, **train},
        },
    )


def judge(config: RunConfig, data: Dataset, held_out: Dataset) -> tuple[Facts, list[Finding]]:
    """Train, and diagnose what came of it."""
    state = training.State.new(config, data)
    known = facts(config, list(training.train(state, held_out)))
    return known, diagnose(known)


def test_a_healthy_training() -> None:
    """Easy images, long enough: nothing is found, and the loss is said to have settled."""
    config = settings(epochs=120, batch_size=100, learning_rate=0.01, schedule="cosine")
    _, found = judge(config, bars(500, 0), bars(300, 1))
    assert [finding.name for finding in found] == ["healthy"]
    assert any("settled" in sentence for sentence in found[0].evidence)
    assert found[0].remedy is None


def test_beta_100_collapses() -> None:
    """No unit carries anything, and less beta mends it: with the remedy's beta it does not collapse."""
    known, found = judge(settings({"beta": 100}, epochs=8), bars(500, 0), bars(300, 1))
    assert found[0].name == "collapsed"
    assert f"KL is {known.kl:.3f} nats" in found[0].evidence[0]
    assert any("100 times" in sentence for sentence in found[0].evidence)
    assert found[0].remedy is not None
    beta = found[0].remedy.changes["objective.beta"]
    _, mended = judge(settings({"beta": beta}, epochs=8), bars(500, 0), bars(300, 1))
    assert "collapsed" not in {finding.name for finding in mended}


def test_a_weight_that_leaves_less_than_a_bit() -> None:
    """A code that was crushed to some tenths of a nat is no healthy one."""
    known, found = judge(settings({"beta": 4.5}, epochs=40), bars(500, 0), bars(300, 1))
    assert known.kl is not None
    assert 0.07 < known.kl < 0.69
    assert found[0].name == "over-regularised"
    assert "less than one bit" in found[0].text or "Most units have collapsed" in found[0].text


def test_steps_that_move_nothing() -> None:
    """A training whose loss is still where it began has not begun: its code is no collapsed one."""
    _, found = judge(settings(epochs=6, learning_rate=1e-9), bars(500, 0), bars(300, 1))
    assert found[0].name == "under-trained"


def test_an_autoencoder_has_no_kl_to_collapse() -> None:
    """A plain autoencoder that has learnt well is healthy, and its zeros of older runs are none."""
    config = parse(
        RunConfig,
        {
            **settings(epochs=120, learning_rate=0.01, schedule="cosine").model_dump(),
            "model": {"kind": "autoencoder", "shape": (1, 8, 8), "latent_dim": 4},
            "objective": {"kind": "reconstruction"},
        },
    )
    known, found = judge(config, bars(500, 0), bars(300, 1))
    assert [finding.name for finding in found] == ["healthy"]
    old = [e.model_copy(update={"kl_per_unit": [0.0] * 4}) for e in known.epochs]
    assert diagnose(facts(config, old))[0].name == "healthy"


def test_one_epoch_is_too_little() -> None:
    """A training that has hardly begun is told apart from a bad model."""
    _, found = judge(settings(epochs=1), bars(500, 0), bars(300, 1))
    assert found[0].name == "under-trained"
    assert found[0].evidence == ("It has taken 10 steps in 1 epoch.",)
    assert found[0].remedy is not None
    assert found[0].remedy.changes["train.epochs"] > 1


def test_a_loss_that_still_falls() -> None:
    """Several epochs, each better than the one before: more are asked for."""
    _, found = judge(settings(epochs=5), bars(500, 0), bars(300, 1))
    assert found[0].name == "under-trained"
    assert "fell from" in found[0].evidence[0]


def test_learnt_by_heart() -> None:
    """Few images of pure noise: the training loss leaves the held-out loss behind."""
    config = settings(epochs=150, batch_size=10)
    config = config.replace(data=config.data.replace(limit=20))
    known, found = judge(config, noise_images(20, 0), noise_images(300, 1))
    assert found[0].name == "over-fitted"
    last = known.epochs[-1]
    assert f"{known.loss(last.train):.1f} nats on training images" in found[0].evidence[0]
    assert found[0].remedy is not None
    assert found[0].remedy.changes == {"data.limit": None}


def test_a_learning_rate_of_one_diverges() -> None:
    """The loss blows up, or stops being a number; a tenth of the rate is proposed."""
    _, found = judge(settings(epochs=4, learning_rate=1.0), bars(500, 0), bars(300, 1))
    assert [finding.name for finding in found] == ["diverged"]
    assert found[0].remedy is not None
    assert found[0].remedy.changes == {"train.learning_rate": 0.1}


SHIPPED = {
    "autoencoder-z2": "healthy",
    "vae-z2": "healthy",
    "beta-8": "over-regularised",
    "beta-16": "over-regularised",
}
"""Verdicts on the models whose training is recorded, or whose beta is high."""
CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


@pytest.mark.parametrize("folder", sorted(CHECKPOINTS.glob("*/config.json")), ids=str)
def test_models_that_ship(folder: Path) -> None:
    """With beta 8 and 16 fewer than half of ten units live; with the others nothing is wrong."""
    folder = folder.parent
    config = parse(RunConfig, (folder / "config.json").read_text(encoding="utf-8"))
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    known = facts(
        config,
        Run(folder).events().events,
        recon=metrics["recon"],
        kl_per_unit=metrics["kl_per_unit"] or (),
        mutual_information=metrics["mutual_information"],
    )
    (found,) = diagnose(known)
    assert found.name == SHIPPED.get(folder.name, "unrecorded")
    if found.name == "over-regularised":
        assert f"{known.used} of 10 units" in found.evidence[0]
        assert found.text == "Most units have collapsed to the prior, so the pictures are blurred."
        assert found.remedy is not None
        assert found.remedy.changes["objective.beta"] < known.weight


# --- what is read off recorded numbers ------------------------------------------------------------


def recorded(losses: Sequence[tuple[float, float]], kl: list[float]) -> list[Epoch]:
    """Epochs with these losses on training and on held-out images."""

    def terms(loss: float) -> dict[str, float]:
        return {"loss": loss, "recon": loss - sum(kl), "kl": sum(kl)}

    return [
        Epoch(step=10 * i, epoch=i, train=terms(a), held_out=terms(b), kl_per_unit=kl)
        for i, (a, b) in enumerate(losses, 1)
    ]


def test_a_held_out_loss_that_rises() -> None:
    """The epoch of the lowest held-out loss is named, and the training is to end there."""
    losses = [(200, 200), (150, 152), (120, 140), (100, 150), (90, 160), (85, 170)]
    found = diagnose(facts(settings(), recorded(losses, [5, 5])))
    assert found[0].name == "over-fitted"
    assert "after epoch 3, 140.0 nats" in found[0].evidence[1]
    assert found[0].remedy is not None
    assert found[0].remedy.changes == {"train.epochs": 3}


def test_a_gap_is_judged_by_what_was_gained() -> None:
    """Of 7,300 nats 394 were gained on the training images, and 263 of these others lack."""
    terms = {"loss": 7300.0, "recon": 7300.0}
    first = Step(step=1, epoch=0.1, total_steps=60, terms=terms, images_per_second=1)
    losses = [(7000, 7200), (6950, 7180), (6930, 7172), (6915, 7170), (6908, 7169), (6906, 7169)]
    colour = settings().replace(
        data={"name": "folder", "path": "nowhere", "size": 64, "channels": 3},
        model={"kind": "vae", "shape": (3, 64, 64)},
    )
    found = diagnose(facts(colour, [first, *recorded(losses, [5, 5])]))
    assert found[0].name == "over-fitted"
    assert "they lack 67 % of the 394.0 nats" in found[0].evidence[0]


def test_a_blow_up_that_was_called_done() -> None:
    """Of a training without a first step it is known what a coin for each of 64 pixels would cost."""
    found = diagnose(facts(settings(), recorded([(44, 44), (9e6, 8e6), (9e6, 8e6)], [5, 5])))
    assert [finding.name for finding in found] == ["diverged"]
    assert "in epoch 2" in found[0].evidence[0]


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_numbers_that_are_none(broken: float) -> None:
    """A term that is not finite is a training that went astray, whatever else there is."""
    found = diagnose(facts(settings(), recorded([(200, 200), (broken, 150)], [5])))
    assert [finding.name for finding in found] == ["diverged"]
    assert "In epoch 2 loss and recon became" in found[0].evidence[0]


def test_the_cause_of_an_end_is_evidence() -> None:
    """What the training said when it gave up is repeated."""
    events = [Diverged(step=3, cause="recon became nan before step 3.")]
    found = diagnose(facts(settings(), events))
    assert found[0].name == "diverged"
    assert "before step 3" in found[0].evidence[0]


def test_without_a_record_only_the_model_is_judged() -> None:
    """A collapsed model is named from its KL alone; of a good one it is said what cannot be told."""
    shipped = facts(settings(), recon=80.0, kl_per_unit=[3.0, 2.0, 1.0, 0.0])
    (found,) = diagnose(shipped)
    assert found.name == "unrecorded"
    assert found.text == "No problem found (this training was not recorded)."
    collapsed = facts(settings(), recon=200.0, kl_per_unit=[0.001] * 4, mutual_information=0.002)
    found = diagnose(collapsed)[0]
    assert found.name == "collapsed"
    assert any("0.002 nats of information" in sentence for sentence in found.evidence)
    assert found.remedy is not None
    assert found.remedy.changes.keys() == {"objective.warmup_steps", "objective.free_bits"}


def test_nothing_known() -> None:
    """A run without an epoch is not called anything."""
    assert [finding.name for finding in diagnose(facts(settings()))] == ["unknown"]


def test_it_does_without_torch() -> None:
    """A page that diagnoses opens before torch is loaded."""
    code = "import sys, vae.diagnosis, vae.comparison; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
