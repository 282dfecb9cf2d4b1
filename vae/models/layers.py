"""Backbones: how an image becomes features, and a code becomes pixel parameters.

A label enters as a bias of the first layer, one learned vector a class. For a linear layer this
equals concatenating the one-hot label to its input; for a convolution, adding one constant plane a
class (but for the image's border).
"""

from itertools import pairwise
from math import prod

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae.config import Activation, Backbone, ConvConfig, MlpConfig, Shape
from vae.models.linear import Linear

Labels = Int[Tensor, "n"] | Float[Tensor, "n classes"]
"""Classes by number, or weights that blend classes (a one-hot row is the class itself)."""

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}


def activation(name: Activation) -> nn.Module:
    """The module of an activation function."""
    return _ACTIVATIONS[name]()


class Labelled(nn.Module):
    """A layer stack whose first layer takes a label's vector as a further bias."""

    def __init__(self, first: nn.Module, width: int, rest: nn.Module, classes: int) -> None:
        super().__init__()
        self.first = first
        self.rest = rest
        self.label = Linear(classes, width, bias=False) if classes else None

    def forward(self, x: Tensor, y: Labels | None) -> Tensor:
        """Features of x, given its label where the stack is conditional."""
        hidden = self.first(x)
        if self.label is not None:
            assert y is not None, "a conditional stack needs labels"
            weights = y if y.is_floating_point() else _one_hot(y, self.label.in_features)
            bias = self.label(weights.to(hidden.dtype))
            hidden = hidden + bias.reshape(*bias.shape, *(1,) * (hidden.ndim - bias.ndim))
        out: Tensor = self.rest(hidden)
        return out


def _one_hot(y: Int[Tensor, "n"], classes: int) -> Tensor:
    """As `F.one_hot`, which reads its values first: a graphics card would have to stop for that."""
    return y[:, None] == torch.arange(classes, device=y.device)


def stack(sizes: tuple[int, ...], name: Activation, *, end: bool = True) -> list[nn.Module]:
    """Linear layers between consecutive sizes, each followed by the activation; `end` keeps the last."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [Linear(fan_in, fan_out), activation(name)]
    return layers if end else layers[:-1]


def encoder(config: Backbone, shape: Shape, classes: int = 0) -> tuple[Labelled, int]:
    """Image [n c h w] -> features [n d], and d."""
    if isinstance(config, MlpConfig):
        width = config.hidden[0]
        first = nn.Sequential(nn.Flatten(), Linear(prod(shape), width))
        rest = nn.Sequential(
            activation(config.activation), *stack(config.hidden, config.activation)
        )
        return Labelled(first, width, rest, classes), config.hidden[-1]
    width = config.channels[0]
    layers: list[nn.Module] = [activation(config.activation)]
    for fan_in, fan_out in pairwise(config.channels):
        layers += [nn.Conv2d(fan_in, fan_out, 4, 2, 1), activation(config.activation)]
    flat = prod(_smallest(config, shape))
    layers += [nn.Flatten(), *stack((flat, config.hidden), config.activation)]
    first_conv = nn.Conv2d(shape[0], width, 4, 2, 1)
    return Labelled(first_conv, width, nn.Sequential(*layers), classes), config.hidden


def decoder(config: Backbone, shape: Shape, latent_dim: int, classes: int = 0) -> Labelled:
    """Code [n d] -> pixel parameters [n c h w]."""
    name = config.activation
    if isinstance(config, MlpConfig):
        sizes = config.hidden[::-1]
        layers = [activation(name), *stack((*sizes, prod(shape)), name, end=False)]
        rest = nn.Sequential(*layers, nn.Unflatten(1, shape))
        return Labelled(Linear(latent_dim, sizes[0]), sizes[0], rest, classes)
    smallest = _smallest(config, shape)
    layers = [activation(name), *stack((config.hidden, prod(smallest)), name)]
    layers.append(nn.Unflatten(1, smallest))
    for fan_in, fan_out in pairwise((*config.channels[::-1], shape[0])):
        layers += [nn.ConvTranspose2d(fan_in, fan_out, 4, 2, 1), activation(name)]
    first = Linear(latent_dim, config.hidden)
    return Labelled(first, config.hidden, nn.Sequential(*layers[:-1]), classes)


def set_pixel_bias(decoder: Labelled, means: Float[Tensor, "c h w"]) -> None:
    """Start the decoder at the data's mean image, as logits (Burda et al. 2016, their code).

    A convolution has one bias a channel, so it starts at the channel's mean.
    """
    kinds = nn.Linear | nn.ConvTranspose2d
    last = [layer for layer in decoder.rest.modules() if isinstance(layer, kinds)][-1]
    if isinstance(last, nn.ConvTranspose2d):
        means = means.mean((1, 2))
    assert last.bias is not None, "every layer has a bias"
    with torch.no_grad():
        last.bias.copy_(means.flatten().clamp(0.001, 0.999).logit())


def _smallest(config: ConvConfig, shape: Shape) -> tuple[int, int, int]:
    """Shape of the last convolution's output."""
    factor = 2 ** len(config.channels)
    return config.channels[-1], shape[1] // factor, shape[2] // factor
