"""Capacity and DIP."""

from typing import Literal

import numpy as np
import pytest
import torch

from tests.objectives.made_up import inference
from vae import models, objectives
from vae.config import (
    BetaTcConfig,
    CapacityConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    MlpConfig,
    ObjectiveConfig,
    VaeConfig,
)
from vae.objectives.capacity import Capacity
from vae.objectives.dip import Dip


@pytest.mark.parametrize(("step", "capacity"), [(0, 0.0), (250, 5.0), (1000, 20.0), (5000, 20.0)])
def test_capacity(step: int, capacity: float) -> None:
    """Reconstruction + gamma |KL - C|, where C has grown to its part of the final value."""
    batch = inference()
    terms = Capacity(CapacityConfig(gamma=100, capacity=20, capacity_steps=1000)).terms(batch, step)
    distance = abs(batch.kl.sum(2).mean().item() - capacity)
    assert terms.loss.item() == pytest.approx(batch.recon.mean().item() + 100 * distance)
    assert terms.parts["capacity"].item() == capacity


@pytest.mark.parametrize("kind", ["dip-i", "dip-ii"])
def test_dip(kind: Literal["dip-i", "dip-ii"]) -> None:
    """Penalties on numpy's covariance of the means, plus for II the mean posterior variance."""
    batch = inference(n=20)
    mu = batch.posterior.mu.detach().numpy()
    covariance = np.cov(mu, rowvar=False, bias=True)
    if kind == "dip-ii":
        covariance += np.diag(np.exp(batch.posterior.logvar.detach().numpy()).mean(0))
    off = covariance - np.diag(np.diag(covariance))
    penalty = 3 * (off**2).sum() + 7 * ((np.diag(covariance) - 1) ** 2).sum()
    terms = Dip(DipConfig(kind=kind, off_diagonal=3, diagonal=7)).terms(batch, step=0)
    elbo = batch.recon.mean() + batch.kl.sum(2).mean()
    assert terms.parts["dip"].item() == pytest.approx(penalty)
    assert terms.loss.item() == pytest.approx(elbo.item() + penalty)


@pytest.mark.parametrize(
    "config",
    [
        ElboConfig(samples=2),
        CapacityConfig(),
        BetaTcConfig(),
        FactorConfig(width=8),
        DipConfig(kind="dip-i"),
        DipConfig(kind="dip-ii"),
        IwaeConfig(samples=3),
    ],
    ids=lambda config: config.kind,
)
def test_every_objective_trains_encoder_and_decoder(config: ObjectiveConfig) -> None:
    """Each gives a finite loss, and a gradient to both halves of a VAE."""
    model = models.build(VaeConfig(shape=(1, 8, 8), backbone=MlpConfig(hidden=(8,)), latent_dim=2))
    objective = objectives.build(config, model)
    terms = objective(model, torch.rand(5, 1, 8, 8), None, 1, torch.Generator().manual_seed(0))
    terms.loss.backward()
    assert terms.loss.isfinite()
    assert {"recon", "kl"} <= set(terms.parts)
    for weights in model.parameters():
        assert weights.grad is not None
        assert weights.grad.isfinite().all()
    assert all(p.grad is not None for p in objective.parameters())
