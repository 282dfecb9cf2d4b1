"""The KL taken apart: E KL(q(z|x) || p(z)) = MI + TC + dimension-wise KL (Chen et al. 2018, eq. 2).

beta-TC weights the three; FactorVAE estimates the TC by a discriminator.
"""

import math
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from vae.config import BetaTcConfig, FactorConfig
from vae.models import Inference
from vae.models.linear import Linear
from vae.models.posterior import log_normal
from vae.objectives.protocol import Objective, Terms, warm_up


class BetaTc(Objective):
    """Reconstruction + alpha MI + beta TC + gamma dimension-wise KL.

    The aggregate posterior is estimated on the batch alone. The paper's minibatch-weighted sampling
    differs from this by constants (multiples of log N), which have no gradient.
    """

    def __init__(self, config: BetaTcConfig) -> None:
        super().__init__()
        self.config = config

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon, kl = inference.means
        q, z = inference.posterior, inference.z[0]
        log_q_pairs = log_normal(z[:, None], q.mu, q.logvar)  # [n n d]: z of row i under q(z|x_j)
        log_q_x = inference.draw.log_q[0].sum(1)
        log_q = log_q_pairs.sum(2).logsumexp(1) - math.log(len(z))
        log_q_units = (log_q_pairs.logsumexp(1) - math.log(len(z))).sum(1)
        mi = (log_q_x - log_q).mean()
        tc = (log_q - log_q_units).mean()
        dwkl = (log_q_units - inference.prior.log_prob(z).sum(1)).mean()
        beta = warm_up(self.config.beta, step, self.config.warmup_steps)
        loss = recon + self.config.alpha * mi + beta * tc + self.config.gamma * dwkl
        return Terms(loss, {"recon": recon, "kl": kl, "mi": mi, "tc": tc, "dwkl": dwkl})


class Factor(Objective):
    """ELBO + gamma TC, the TC as the log odds of a discriminator (Kim & Mnih 2018).

    One loss trains both: the TC term passes through the discriminator without touching its
    weights, and the discriminator sees codes that are detached from the encoder. Where the paper
    draws a second batch for the discriminator, its permuted codes come from the same one.
    """

    def __init__(self, config: FactorConfig, latent_dim: int) -> None:
        super().__init__()
        self.config = config
        self.learning_rate = config.learning_rate
        sizes = [latent_dim, *[config.width] * 5]
        layers: list[nn.Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [Linear(fan_in, fan_out), nn.LeakyReLU(0.2)]
        self.discriminator = nn.Sequential(*layers, Linear(config.width, 2))

    def terms(
        self, inference: Inference, step: int, generator: torch.Generator | None = None
    ) -> Terms:
        recon, kl = inference.means
        z = inference.z[0]
        frozen = {name: p.detach() for name, p in self.discriminator.named_parameters()}
        odds = functional_call(self.discriminator, frozen, (z,)).to(z.dtype)
        tc = (odds[:, 0] - odds[:, 1]).mean()
        discriminator = self._discriminator_loss(z.detach(), generator)
        loss = recon + kl + self.config.gamma * tc + discriminator
        parts = {"recon": recon, "kl": kl, "tc": tc, "discriminator": discriminator}
        return Terms(loss, parts)

    def _discriminator_loss(
        self, z: Float[Tensor, "n d"], generator: torch.Generator | None
    ) -> Float[Tensor, ""]:
        """Cross-entropy in nats of telling codes (class 0) from codes with units permuted (1)."""
        both = torch.cat([z, permute_units(z, generator)])
        truth = torch.arange(2, device=z.device).repeat_interleave(len(z))
        return F.cross_entropy(self.discriminator(both).to(z.dtype), truth)


def permute_units(
    z: Float[Tensor, "n d"], generator: torch.Generator | None = None
) -> Float[Tensor, "n d"]:
    """Each unit shuffled over the batch by itself: samples of the product of the marginals."""
    order = torch.rand(z.shape, generator=generator, device=z.device).argsort(0)
    return z.gather(0, order)
