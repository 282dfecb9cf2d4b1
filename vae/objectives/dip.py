"""ELBO + a penalty that draws the aggregate posterior's covariance to I (Kumar et al. 2018)."""

import torch
from jaxtyping import Float
from torch import Tensor

from vae.config import DipConfig
from vae.models import Inference
from vae.models.linear import full_precision
from vae.objectives.protocol import Objective, Terms


class Dip(Objective):
    """DIP-VAE-I takes the covariance of the means, II of the codes (equations 6 and 7)."""

    def __init__(self, config: DipConfig) -> None:
        super().__init__()
        self.config = config

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon, kl = inference.means
        cov = covariance(inference.posterior.mu)
        if self.config.kind == "dip-ii":
            cov = cov + inference.posterior.logvar.exp().mean(0).diag()
        diagonal = cov.diagonal()
        off = cov.square().sum() - diagonal.square().sum()
        penalty = self.config.off_diagonal * off
        penalty = penalty + self.config.diagonal * (diagonal - 1).square().sum()
        return Terms(recon + kl + penalty, {"recon": recon, "kl": kl, "dip": penalty})


def covariance(z: Float[Tensor, "n d"]) -> Float[Tensor, "d d"]:
    """Of the batch, by its mean (the biased estimate, as in the paper)."""
    centred = z - z.mean(0)
    with full_precision(z):
        return centred.T @ centred / len(z)
