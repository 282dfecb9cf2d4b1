"""What every model offers: q(z|x), p(x|z), p(z), and one pass through all three."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae.config import ModelConfig
from vae.models.layers import Labelled, Labels, set_pixel_bias
from vae.models.likelihood import PixelDistribution, PixelHead
from vae.models.own import OwnNetwork
from vae.models.posterior import Draw, Posterior
from vae.models.prior import Prior


@dataclass(frozen=True)
class Inference:
    """One pass x -> q(z|x) -> k samples z -> p(x|z); everything in nats per image."""

    posterior: Posterior
    draw: Draw
    prior: Prior
    recon: Float[Tensor, "k n"]
    """-log p(x|z)."""

    @property
    def means(self) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
        """Reconstruction and KL, means over samples and images."""
        return self.recon.mean(), self.kl.sum(-1).mean()

    @property
    def z(self) -> Float[Tensor, "k n d"]:
        """The samples."""
        return self.draw.z

    @cached_property
    def kl(self) -> Float[Tensor, "k n d"]:
        """KL(q(z|x) || p(z)) per unit: in closed form where there is one, else by the samples."""
        if self.prior.closed_form:
            return self.draw.kl
        return self.draw.log_q - self.prior.log_prob(self.z)

    @cached_property
    def log_weight(self) -> Float[Tensor, "k n"]:
        """Log of the importance weight p(x, z) / q(z|x) (Burda et al. 2016, equation 8)."""
        return (self.prior.log_prob(self.z) - self.draw.log_q).sum(-1) - self.recon


class Model(nn.Module, ABC):
    """A latent-variable model of images in [0, 1]."""

    config: ModelConfig
    prior: Prior
    pixels: PixelHead
    encoder: Labelled | OwnNetwork
    decoder: Labelled | OwnNetwork
    classes: int = 0
    """Number of labels that a conditional model knows; 0 where it takes none."""

    @abstractmethod
    def encode(self, x: Float[Tensor, "n c h w"], y: Labels | None = None) -> Posterior:
        """q(z|x), or q(z|x, y) for a conditional model."""

    @abstractmethod
    def decode(self, z: Float[Tensor, "n d"], y: Labels | None = None) -> PixelDistribution:
        """p(x|z), or p(x|z, y) for a conditional model."""

    @property
    def latent_dim(self) -> int:
        """Length of z."""
        return self.config.latent_dim

    @property
    def latent_groups(self) -> tuple[slice, ...]:
        """The units of each latent layer, bottom first."""
        return (slice(0, self.latent_dim),)

    def infer(
        self,
        x: Float[Tensor, "n c h w"],
        y: Labels | None = None,
        samples: int = 1,
        generator: torch.Generator | None = None,
    ) -> Inference:
        """Encode, sample k times, decode, and compare with x."""
        y = y if self.classes else None
        posterior = self.encode(x, y)
        draw = posterior.sample(samples, generator)
        if samples > 1:
            x = x.repeat(samples, 1, 1, 1)
            y = None if y is None else torch.cat([y] * samples)
        log_prob = self.decode(draw.z.flatten(0, 1), y).log_prob(x)
        return Inference(posterior, draw, self.prior, -log_prob.reshape(samples, -1))

    def start_at(self, means: Float[Tensor, "c h w"]) -> None:
        """Set the decoder's last bias so that training starts from the data's mean image.

        A decoder of one's own starts as it is.
        """
        if isinstance(self.decoder, Labelled):
            set_pixel_bias(self.decoder, means)
