"""What the weight of the KL amounts to, against the objectives themselves."""

from typing import Any

import pytest
import torch

from tests.ui import tiny
from vae import models, objectives
from vae.diagnosis import xray


@pytest.mark.parametrize(
    ("objective", "beta"),
    [
        ({"kind": "elbo", "beta": 4}, 4),
        ({"kind": "elbo", "beta": 0.5, "warmup_steps": 10}, 0.5),
        ({"kind": "dip-i"}, 1),
    ],
)
def test_beta_is_what_the_objective_charges(objective: dict[str, Any], beta: float) -> None:
    """Doubling every unit's KL adds beta times the KL to the loss."""
    config = tiny.config(objective=objective)
    assert xray(config).beta == beta
    if objective["kind"] != "elbo":
        return
    model = models.build(config.model)
    asked = objectives.build(config.objective, model)
    inference = model.infer(torch.rand(5, 1, 28, 28), None, 1, torch.Generator().manual_seed(0))
    terms = asked.terms(inference, 10**6)
    charged = (terms.loss - terms.parts["recon"]) / terms.parts["kl"]
    assert charged.item() == pytest.approx(beta, rel=1e-2)  # a small part of the loss, in float32


def test_scalings() -> None:
    """Per pixel and per unit it is beta / 784 and beta d / 784 (Higgins et al. 2017)."""
    seen = xray(tiny.config({"latent_dim": 10}, objective={"kind": "elbo", "beta": 4}))
    assert seen.per_pixel == pytest.approx(4 / 784)
    assert seen.per_unit == pytest.approx(40 / 784)
    assert seen.per_square is None
    assert seen.formula == "loss = recon + 4 · KL"


def test_squared_errors() -> None:
    """A Gaussian's -log p(x|z) is the sum of squares over 2 s²: the KL weighs 2 s² beta beside it."""
    gaussian = tiny.config({"likelihood": {"kind": "gaussian", "scale": 0.5}})
    assert xray(gaussian).per_square == pytest.approx(0.5)
    assert xray(gaussian, scale=0.1).per_square == pytest.approx(0.02)


def test_a_weight_that_was_changed_counts() -> None:
    """What was in force at the end is what the training came to."""
    config = tiny.config(train={"changes": [{"step": 3, "weight": 7.0}]})
    assert xray(config).beta == 7


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        ({"kind": "elbo", "warmup_steps": 500, "free_bits": 0.1}, ["500 steps", "0.1 nats"]),
        ({"kind": "capacity"}, ["25 nats"]),
        ({"kind": "beta-tc"}, ["TC"]),
        ({"kind": "factor"}, ["total correlation"]),
        ({"kind": "iwae"}, ["no KL of its own"]),
    ],
)
def test_what_else_bears_on_it(objective: dict[str, Any], told: list[str]) -> None:
    """Warm-up, free nats and terms of other objectives are named."""
    notes = " ".join(xray(tiny.config(objective=objective)).notes)
    assert all(text in notes for text in told)


def test_an_autoencoder_has_no_weight() -> None:
    """Without a KL there is nothing to weigh."""
    seen = xray(tiny.config({"kind": "autoencoder"}))
    assert (seen.beta, seen.per_pixel) == (None, None)
