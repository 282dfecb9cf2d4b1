"""The plain autoencoder: the contrast that the theory starts from."""

from jaxtyping import Float
from torch import Tensor

from vae.config import AutoencoderConfig
from vae.models.layers import Labels
from vae.models.likelihood import PixelDistribution, PixelHead
from vae.models.linear import Linear
from vae.models.own import BUILT, Networks
from vae.models.posterior import Point
from vae.models.prior import StandardNormal
from vae.models.protocol import Model


class Autoencoder(Model):
    """A code without a distribution: nothing says what lies between two codes.

    It has no prior; N(0, I) stands in for one where a code is drawn all the same, to show the holes.
    """

    config: AutoencoderConfig

    def __init__(self, config: AutoencoderConfig, own: Networks = BUILT) -> None:
        super().__init__()
        self.config = config
        self.encoder, features = own.encode(config.backbone, config.shape)
        self.code = Linear(features, config.latent_dim)
        self.decoder = own.decode(config.backbone, config.shape, config.latent_dim)
        self.pixels = PixelHead(config.likelihood)
        self.prior = StandardNormal(config.latent_dim)

    def encode(self, x: Float[Tensor, "n c h w"], y: Labels | None = None) -> Point:
        """The code of x."""
        return Point(self.code(self.encoder(x, y)).float())

    def decode(self, z: Float[Tensor, "n d"], y: Labels | None = None) -> PixelDistribution:
        """p(x|z)."""
        pixels: PixelDistribution = self.pixels(self.decoder(z, y))
        return pixels
