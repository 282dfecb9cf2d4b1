"""Models: what q(z|x), p(x|z) and p(z) are. What is asked of them is an objective's matter."""

from vae.config import AutoencoderConfig, CvaeConfig, LadderConfig, ModelConfig, VaeConfig
from vae.models.autoencoder import Autoencoder
from vae.models.cvae import CVAE
from vae.models.ladder import LadderVAE
from vae.models.layers import Labels
from vae.models.protocol import Inference, Model
from vae.models.vae import VAE

__all__ = ["CVAE", "VAE", "Autoencoder", "Inference", "Labels", "LadderVAE", "Model", "build"]


def build(config: ModelConfig) -> Model:
    """An untrained model; its weights come from torch's global generator."""
    match config:
        case AutoencoderConfig():
            return Autoencoder(config)
        case CvaeConfig():
            return CVAE(config)
        case VaeConfig():
            return VAE(config)
        case LadderConfig():
            return LadderVAE(config)
