"""Inferences made by hand: an objective is a function of one."""

import torch
from torch import Tensor

from vae.models import Inference
from vae.models.posterior import DiagonalGaussian
from vae.models.prior import StandardNormal


def inference(n: int = 6, d: int = 3, samples: int = 1) -> Inference:
    """Random posteriors, samples of them, and random reconstructions, in float64 with gradients."""
    mu, logvar = torch.randn(2, n, d, dtype=torch.float64).unbind()
    recon = 50 + 10 * torch.rand(samples, n, dtype=torch.float64)
    return infer(mu.requires_grad_(), logvar.requires_grad_(), recon.requires_grad_())


def infer(mu: Tensor, logvar: Tensor, recon: Tensor) -> Inference:
    """What a model would infer from these posteriors; `recon` [k n] says how many samples."""
    posterior = DiagonalGaussian(mu, logvar)
    prior = StandardNormal(mu.shape[1]).to(mu.dtype)
    return Inference(posterior, posterior.sample(len(recon)), prior, recon)
