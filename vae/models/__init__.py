"""Models: what q(z|x), p(x|z) and p(z) are. What is asked of them is an objective's matter."""

import torch
from torch import nn

from vae.config import AutoencoderConfig, CvaeConfig, LadderConfig, ModelConfig, VaeConfig, parse
from vae.errors import ConfigError
from vae.models.autoencoder import Autoencoder
from vae.models.cvae import CVAE
from vae.models.ladder import LadderVAE
from vae.models.layers import Labels
from vae.models.own import Networks, OwnNetwork
from vae.models.protocol import Inference, Model
from vae.models.vae import VAE

__all__ = [
    "CVAE",
    "VAE",
    "Autoencoder",
    "Inference",
    "Labels",
    "LadderVAE",
    "Model",
    "build",
    "own_parts",
]


def build(
    config: ModelConfig | str,
    *,
    encoder: nn.Module | None = None,
    decoder: nn.Module | None = None,
) -> Model:
    """An untrained model; its weights come from torch's global generator.

    A kind alone, such as `vae`, has the settings that are usual. An `encoder` of one's own takes
    images [n c h w] and gives features [n d]; a `decoder` takes codes [n d] and gives logits
    [n c h w]. Those of a conditional model take the labels as a second argument.

    Raises:
        ConfigError: a kind that does not exist, or a network that does not fit.
    """
    if isinstance(config, str):
        config = parse(ModelConfig, {"kind": config})  # type: ignore[arg-type]
    own = Networks(encoder, decoder)
    match config:
        case AutoencoderConfig():
            return Autoencoder(config, own)
        case CvaeConfig():
            return CVAE(config, own)
        case VaeConfig():
            return VAE(config, own)
        case LadderConfig():
            return LadderVAE(config, own)
    raise ConfigError(
        f"A model is built from its settings, such as VaeConfig(latent_dim=2), or from its kind; "
        f"this is {type(config).__name__}."
    )


def own_parts(model: Model) -> tuple[str, ...]:
    """The parts of a model that its settings do not describe, such as `decoder`: a program has to give them."""
    if brought := [name for name, part in model.named_children() if isinstance(part, OwnNetwork)]:
        return tuple(sorted(brought))
    with torch.device("meta"):
        described = build(model.config)
    if type(model) is not type(described):
        return ("model",)
    differ = set(_sizes(model)) ^ set(_sizes(described))
    return tuple(sorted({name.partition(".")[0] for name, _ in differ}))


def _sizes(model: Model) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, tuple(weight.shape)) for name, weight in model.state_dict().items()]
