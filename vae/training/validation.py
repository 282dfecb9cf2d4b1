"""How well a model does on images that it is not trained on: all of them, in the same order each time."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from vae.data import Batch, Dataset, in_order
from vae.data.matching import matched
from vae.models import Autoencoder, Model
from vae.models.posterior import code_range
from vae.training.state import State

_BATCH = 500
"""Images at a time, whatever the training's own batches are: a term of a batch stays comparable."""


class Validation:
    """All held-out images with the same pixels and noise each time: one number for the same weights."""

    def __init__(self, state: State, data: Dataset) -> None:
        fitting = matched(data, state.config.model)
        self._data = fitting if state.model.classes else replace(fitting, labels=None)

    @torch.no_grad()
    def measure(self, state: State) -> dict[str, Any]:
        """What an `Epoch` says of them: means in nats per image, with the objective's final weights."""
        train, device = state.config.train, state.hardware.device
        noise = torch.Generator(device).manual_seed(train.seed)
        sums = _Sums(state.model)
        state.model.eval()
        for batch in in_order(
            self._data,
            batch_size=_BATCH,
            pixels=state.config.data.pixels,
            seed=train.seed,
            device=device,
        ):
            sums.add(state, batch, noise)
        state.model.train()
        return sums.means()


class _Sums:
    """Sums over the images seen so far, in float64."""

    def __init__(self, model: Model) -> None:
        self._images = 0
        self._loss = 0.0
        self._has_kl = not isinstance(model, Autoencoder)
        self._kl = torch.zeros(model.latent_dim, dtype=torch.float64)
        self._recon: list[Tensor] = []
        self._bound: list[Tensor] = []
        self._codes: list[Tensor] = []

    def add(self, state: State, batch: Batch, noise: torch.Generator) -> None:
        """Take in further images; the loss is the objective's own of the batch, by its size."""
        inference = state.model.infer(batch.x, batch.y, state.objective.samples, noise)
        loss = state.objective.terms(inference, state.total_steps, noise).loss
        self._images += len(batch.x)
        self._loss += len(batch.x) * loss.item()
        recon, kl = inference.recon.mean(0).cpu().double(), inference.kl.mean(0).cpu().double()
        self._recon.append(recon)
        self._bound.append(recon + kl.sum(1))
        self._kl += kl.sum(0)
        self._codes.append(inference.z[0].cpu())

    def means(self) -> dict[str, Any]:
        """Means per image, and how far that of recon + kl may be from all such images'."""
        per_unit, bound = self._kl / self._images, torch.cat(self._bound)
        held_out = {
            "loss": self._loss / self._images,
            "recon": torch.cat(self._recon).mean().item(),
        }
        return {
            "held_out": held_out | ({"kl": per_unit.sum().item()} if self._has_kl else {}),
            "held_out_error": (bound.std(correction=0) / self._images**0.5).item(),
            "kl_per_unit": per_unit.tolist() if self._has_kl else [],
            "posterior_range": list(code_range(torch.cat(self._codes))),
        }
