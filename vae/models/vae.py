"""The variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014)."""

from jaxtyping import Float
from torch import Tensor

from vae.config import CvaeConfig, VaeConfig, VampPriorConfig
from vae.models.layers import Labels
from vae.models.likelihood import PixelDistribution, PixelHead
from vae.models.own import BUILT, Networks
from vae.models.posterior import DiagonalGaussian, FullGaussian, GaussianHead
from vae.models.prior import StandardNormal, VampPrior
from vae.models.protocol import Model


class VAE(Model):
    """q(z|x) Gaussian; p(x|z) as its likelihood says; p(z) standard normal or VampPrior."""

    config: VaeConfig | CvaeConfig

    def __init__(
        self, config: VaeConfig | CvaeConfig, own: Networks = BUILT, classes: int = 0
    ) -> None:
        super().__init__()
        self.config = config
        self.classes = classes
        self.encoder, features = own.encode(config.backbone, config.shape, classes)
        self.posterior = GaussianHead(features, config.latent_dim, config.posterior)
        self.decoder = own.decode(config.backbone, config.shape, config.latent_dim, classes)
        self.pixels = PixelHead(config.likelihood)
        if isinstance(config, VaeConfig) and isinstance(config.prior, VampPriorConfig):
            self.prior = VampPrior(self.encode, config.prior.components, config.shape)
        else:
            self.prior = StandardNormal(config.latent_dim)

    def encode(
        self, x: Float[Tensor, "n c h w"], y: Labels | None = None
    ) -> DiagonalGaussian | FullGaussian:
        """q(z|x)."""
        posterior: DiagonalGaussian | FullGaussian = self.posterior(self.encoder(x, y))
        return posterior

    def decode(self, z: Float[Tensor, "n d"], y: Labels | None = None) -> PixelDistribution:
        """p(x|z)."""
        pixels: PixelDistribution = self.pixels(self.decoder(z, y))
        return pixels
