"""The conditional VAE (Sohn et al. 2015; Kingma et al. 2014, model M2 with known labels)."""

from vae.config import CvaeConfig
from vae.models.own import BUILT, Networks
from vae.models.vae import VAE


class CVAE(VAE):
    """q(z|x, y) and p(x|z, y): z is left with what the label does not say, such as style."""

    def __init__(self, config: CvaeConfig, own: Networks = BUILT) -> None:
        super().__init__(config, own, classes=config.labels)
