"""The ladder VAE (Sonderby et al. 2016): latent layers, each predicted from the one above.

Bottom-up, the image gives each layer evidence N(mu_e, var_e). Top-down, the layer above gives it a
prior N(mu_p, var_p), and the posterior is their product. The code z is kept in non-centred
coordinates, z = (u - mu_p) / sigma_p for the layer's own value u: its prior is N(0, I) throughout,
every layer can be moved by itself, and the KL, which no change of coordinates alters, is the one
formula that all models share.
"""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from vae.config import LadderConfig
from vae.models.layers import Labels, stack
from vae.models.likelihood import PixelDistribution, PixelHead
from vae.models.own import BUILT, Networks
from vae.models.posterior import DiagonalGaussian, Draw, GaussianHead
from vae.models.prior import StandardNormal
from vae.models.protocol import Model


class LadderVAE(Model):
    """Two or more latent layers, bottom first; the picture is decoded from the bottom one."""

    config: LadderConfig

    def __init__(self, config: LadderConfig, own: Networks = BUILT) -> None:
        super().__init__()
        self.config = config
        name = config.backbone.activation
        dims, widths = config.latent_dims, config.widths
        self.encoder, features = own.encode(config.backbone, config.shape)
        self.bottom_up = nn.ModuleList(
            nn.Sequential(*stack(sizes, name)) for sizes in pairwise((features, *widths))
        )
        self.evidence = nn.ModuleList(GaussianHead(w, d) for w, d in zip(widths, dims, strict=True))
        self.top_down = nn.ModuleList(
            nn.Sequential(*stack((above, width), name), GaussianHead(width, below))
            for below, above, width in zip(dims, dims[1:], widths[1:], strict=False)
        )
        self.decoder = own.decode(config.backbone, config.shape, dims[0])
        self.pixels = PixelHead(config.likelihood)
        self.prior = StandardNormal(config.latent_dim)

    @property
    def latent_groups(self) -> tuple[slice, ...]:
        """The units of each latent layer, bottom first."""
        dims = self.config.latent_dims
        return tuple(slice(sum(dims[:i]), sum(dims[: i + 1])) for i in range(len(dims)))

    def encode(self, x: Float[Tensor, "n c h w"], y: Labels | None = None) -> "LadderPosterior":
        """q(z|x), layer by layer from the top."""
        features = self.encoder(x, y)
        evidence = []
        for layer, head in zip(self.bottom_up, self.evidence, strict=True):
            features = layer(features)
            evidence.append(head(features))
        return LadderPosterior(self, evidence)

    def decode(self, z: Float[Tensor, "n d"], y: Labels | None = None) -> PixelDistribution:
        """p(x|z): down the ladder to the bottom layer's value, then to the pixels."""
        value: Tensor | None = None
        for index in reversed(range(len(self.latent_groups))):
            value = self.place(index, z[:, self.latent_groups[index]], value)
        pixels: PixelDistribution = self.pixels(self.decoder(value, y))
        return pixels

    def prediction(self, index: int, above: Tensor | None, like: Tensor) -> DiagonalGaussian:
        """p(u|above) of a layer; N(0, I) for the top one."""
        if above is None:
            return DiagonalGaussian(torch.zeros_like(like), torch.zeros_like(like))
        prediction: DiagonalGaussian = self.top_down[index](above)
        return prediction

    def place(self, index: int, z: Tensor, above: Tensor | None) -> Tensor:
        """A layer's value u from its non-centred code z."""
        p = self.prediction(index, above, z)
        return p.mu + torch.exp(0.5 * p.logvar) * z


class LadderPosterior:
    """q(z|x): each layer's depends on the value taken above it, so it is drawn from the top down."""

    def __init__(self, model: LadderVAE, evidence: list[DiagonalGaussian]) -> None:
        self._model = model
        self._evidence = evidence

    def layer(self, index: int, above: Float[Tensor, "n a"] | None) -> DiagonalGaussian:
        """The product of evidence and prediction, in the coordinates where the prediction is N(0, 1).

        With a the log ratio of their precisions: N(sigmoid(a) m, sigmoid(-a)).
        """
        evidence = self._evidence[index]
        p = self._model.prediction(index, above, evidence.mu)
        a = p.logvar - evidence.logvar
        m = (evidence.mu - p.mu) * torch.exp(-0.5 * p.logvar)
        return DiagonalGaussian(a.sigmoid() * m, -F.softplus(a))

    def sample(self, samples: int = 1, generator: torch.Generator | None = None) -> Draw:
        """Reparameterised samples, from the top layer down."""
        repeated = [
            DiagonalGaussian(q.mu.repeat(samples, 1), q.logvar.repeat(samples, 1))
            for q in self._evidence
        ]
        drawn = LadderPosterior(self._model, repeated)._draw(generator)
        return Draw(*(part.view(samples, -1, part.shape[-1]) for part in drawn))

    def _draw(self, generator: torch.Generator | None) -> tuple[Tensor, Tensor, Tensor]:
        above: Tensor | None = None
        draws: list[Draw] = []
        for index in reversed(range(len(self._evidence))):
            draw = self.layer(index, above).sample(1, generator)
            above = self._model.place(index, draw.z[0], above)
            draws.insert(0, draw)
        z, log_q, kl = zip(*((d.z, d.log_q, d.kl) for d in draws), strict=True)
        return torch.cat(z, -1), torch.cat(log_q, -1), torch.cat(kl, -1)

    @property
    def mu(self) -> Float[Tensor, "n d"]:
        """Means, each layer's given the mean above it."""
        return torch.cat([q.mu for q in self._along_the_means()], -1)

    @property
    def logvar(self) -> Float[Tensor, "n d"]:
        """Log variances, each layer's given the mean above it."""
        return torch.cat([q.logvar for q in self._along_the_means()], -1)

    def _along_the_means(self) -> list[DiagonalGaussian]:
        above: Tensor | None = None
        layers: list[DiagonalGaussian] = []
        for index in reversed(range(len(self._evidence))):
            q = self.layer(index, above)
            above = self._model.place(index, q.mu, above)
            layers.insert(0, q)
        return layers
