"""Reconstruction, the ELBO with beta and free bits, and the importance-weighted bound."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from vae.config import ElboConfig, IwaeConfig
from vae.models import Inference
from vae.objectives.protocol import Objective, Terms, warm_up


class Reconstruction(Objective):
    """-log p(x|z) alone: nothing is asked of the code."""

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon = inference.recon.mean()
        return Terms(recon, {"recon": recon})


class Elbo(Objective):
    """Reconstruction + beta KL (Kingma & Welling 2014; beta: Higgins et al. 2017).

    With free bits, a unit's KL counts only beyond its allowance, on the batch's mean
    (Kingma et al. 2016, equation 15).
    """

    def __init__(self, config: ElboConfig) -> None:
        super().__init__()
        self.config = config
        self.samples = config.samples

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon = inference.recon.mean()
        per_unit = inference.kl.mean((0, 1))
        kl = per_unit.sum()
        beta = warm_up(self.config.beta, step, self.config.warmup_steps)
        charged = per_unit.clamp(min=self.config.free_bits).sum() if self.config.free_bits else kl
        return Terms(recon + beta * charged, {"recon": recon, "kl": kl})


class Iwae(Objective):
    """-log of the mean of k importance weights (Burda et al. 2016, equation 8)."""

    def __init__(self, config: IwaeConfig) -> None:
        super().__init__()
        self.config = config
        self.samples = config.samples

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        bound = importance_bound(inference.log_weight).mean()
        recon, kl = inference.means
        return Terms(-bound, {"recon": recon, "kl": kl})


def importance_bound(log_weight: Float[Tensor, "k n"]) -> Float[Tensor, "n"]:
    """Log of the mean weight in nats per image: a lower bound of log p(x), tighter with k."""
    return log_weight.logsumexp(0) - math.log(len(log_weight))
