"""A model as a list of layers, for programs that know neither Python nor torch: the browser's engine.

Built from settings and named arrays alone, so that a model can be shown without loading torch.
"""

from vae.config import ModelConfig
from vae.export.layers import networks
from vae.export.layers.part import Part, PartName
from vae.export.layers.program import Program
from vae.weights import Weights, read_weights

__all__ = ["Part", "PartName", "Weights", "build", "read_weights"]


def build(part: PartName, config: ModelConfig, weights: Weights, *, half: bool = False) -> Part:
    """A model's part as a list of layers.

    - decoder: z (and y, one weight a class) -> mean, the picture
    - encoder: x (and y) -> mu, and logvar but for the plain autoencoder
    - prior, where it is a VampPrior: y, one weight a pseudo-input -> mu and logvar of its posterior

    Weights stay float16 where all of them are; `half` makes them so.

    Raises:
        CheckpointError: weights that are missing or do not fit the settings.
    """
    program = Program(weights)
    match part:
        case "decoder":
            networks.decoder(program, config)
        case "encoder":
            networks.encoder(program, config)
        case "prior":
            networks.prior(program, config)
    return program.finish(config.shape, half=half)
