"""Reconstruction + gamma |KL - C| (Burgess et al. 2018, equation 8)."""

import torch

from vae.config import CapacityConfig
from vae.models import Inference
from vae.objectives.protocol import Objective, Terms, warm_up


class Capacity(Objective):
    """The KL is held to a capacity C, in nats, that grows linearly over the training."""

    def __init__(self, config: CapacityConfig) -> None:
        super().__init__()
        self.config = config

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon, kl = inference.means
        capacity = warm_up(self.config.capacity, step, self.config.capacity_steps)
        loss = recon + self.config.gamma * (kl - capacity).abs()
        return Terms(loss, {"recon": recon, "kl": kl, "capacity": kl.new_tensor(capacity)})
