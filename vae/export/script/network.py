"""The layers of encoder and decoder, as expressions."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from vae.config import Activation, ConvConfig, RunConfig

_ACTIVATIONS: dict[Activation, str] = {
    "relu": "nn.ReLU()",
    "leaky-relu": "nn.LeakyReLU()",
    "elu": "nn.ELU()",
    "silu": "nn.SiLU()",
    "tanh": "nn.Tanh()",
}


def activation(config: RunConfig) -> str:
    """The curve after every layer."""
    return _ACTIVATIONS[config.model.backbone.activation]


def widths(config: RunConfig) -> tuple[int, int]:
    """Of the first layer of encoder and decoder."""
    backbone = config.model.backbone
    if isinstance(backbone, ConvConfig):
        return backbone.channels[0], backbone.hidden
    return backbone.hidden[0], backbone.hidden[-1]


def encoder(config: RunConfig) -> tuple[str, str, int]:
    """First layer, the rest, and how many features come out."""
    backbone, shape, act = config.model.backbone, config.model.shape, activation(config)
    rest = [act]
    if not isinstance(backbone, ConvConfig):
        sizes = backbone.hidden
        for a, b in pairwise(sizes):
            rest += [f"nn.Linear({a}, {b})", act]
        first = sequential(["nn.Flatten()", f"nn.Linear({prod(shape)}, {sizes[0]})"])
        return first, sequential(rest), sizes[-1]
    for a, b in pairwise(backbone.channels):
        rest += [f"nn.Conv2d({a}, {b}, 4, 2, 1)", act]
    flat = prod(_smallest(config, backbone))
    rest += ["nn.Flatten()", f"nn.Linear({flat}, {backbone.hidden})", act]
    first = f"nn.Conv2d({shape[0]}, {backbone.channels[0]}, 4, 2, 1)"
    return first, sequential(rest), backbone.hidden


def decoder(config: RunConfig, units: str) -> tuple[str, str]:
    """First layer, from so many units, and the rest: the encoder's mirror image."""
    backbone, shape, act = config.model.backbone, config.model.shape, activation(config)
    rest = [act]
    if not isinstance(backbone, ConvConfig):
        sizes = (*backbone.hidden[::-1], prod(shape))
        for a, b in pairwise(sizes):
            rest += [f"nn.Linear({a}, {b})", act]
        rest = [*rest[:-1], "nn.Unflatten(1, SHAPE)"]
        return f"nn.Linear({units}, {sizes[0]})", sequential(rest)
    smallest = _smallest(config, backbone)
    rest += [f"nn.Linear({backbone.hidden}, {prod(smallest)})", act]
    rest.append(f"nn.Unflatten(1, {smallest})")
    for a, b in pairwise((*backbone.channels[::-1], shape[0])):
        rest += [f"nn.ConvTranspose2d({a}, {b}, 4, 2, 1)", act]
    return f"nn.Linear({units}, {backbone.hidden})", sequential(rest[:-1])


def sequential(layers: Sequence[str]) -> str:
    """Layers one after the other, a line each."""
    inner = "".join(f"    {layer},\n" for layer in layers)
    return f"nn.Sequential(\n{inner})"


def _smallest(config: RunConfig, backbone: ConvConfig) -> tuple[int, int, int]:
    factor = 2 ** len(backbone.channels)
    return backbone.channels[-1], config.model.shape[1] // factor, config.model.shape[2] // factor
