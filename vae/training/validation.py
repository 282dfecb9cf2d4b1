"""How well a model does on images that it is not trained on, the same ones after every epoch."""

from typing import Any

import torch

from vae.data import Batches, Dataset
from vae.models.posterior import code_range
from vae.training.state import State

_IMAGES = 2_000
_BATCH = 500


class Validation:
    """Up to 2,000 held-out images, binarised once and measured in float32: the numbers compare."""

    def __init__(self, state: State, data: Dataset) -> None:
        few = data.first(min(len(data), _IMAGES))
        self._batches = Batches(
            few,
            batch_size=min(len(few), _BATCH),
            pixels="grey" if state.config.data.pixels == "grey" else "fixed",
            seed=state.config.train.seed,
            device=state.hardware.device,
        )

    @torch.no_grad()
    def measure(self, state: State) -> dict[str, Any]:
        """What an `Epoch` says of them: means in nats per image, with the objective's final weights."""
        state.model.eval()
        noise = torch.Generator(state.hardware.device).manual_seed(state.config.train.seed)
        losses, recons, kls, codes = [], [], [], []
        for _ in range(self._batches.steps_per_epoch):
            batch = self._batches.next()
            inference = state.model.infer(batch.x, batch.y, state.objective.samples, noise)
            terms = state.objective.terms(inference, state.total_steps, noise)
            losses.append(terms.loss)
            recons.append(inference.recon.mean())
            kls.append(inference.kl.mean((0, 1)))
            codes.append(inference.z[0])
        state.model.train()
        per_unit = torch.stack(kls).mean(0)
        recon, kl = torch.stack(recons).mean().item(), per_unit.sum().item()
        held_out = {"loss": torch.stack(losses).mean().item(), "recon": recon, "kl": kl}
        return {
            "held_out": held_out,
            "kl_per_unit": per_unit.tolist(),
            "posterior_range": list(code_range(torch.cat(codes))),
        }
