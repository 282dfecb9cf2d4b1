"""Names and shapes of a model's weights, by its settings alone: nothing is built to know them."""

from itertools import pairwise
from math import prod

from vae.config import (
    AutoencoderConfig,
    Backbone,
    ConvConfig,
    CvaeConfig,
    FactorConfig,
    GaussianConfig,
    LadderConfig,
    ModelConfig,
    ObjectiveConfig,
    Shape,
    VaeConfig,
    VampPriorConfig,
)

Shapes = dict[str, tuple[int, ...]]

KERNEL = 4
"""Side of every convolution's kernel."""
DISCRIMINATOR_LAYERS = 5
"""Hidden layers of FactorVAE's discriminator."""


def of_model(config: ModelConfig) -> Shapes:
    """What `vae.models` gives a model of these settings, by the names of its state_dict."""
    classes = config.labels if isinstance(config, CvaeConfig) else 0
    encoder, features = _encoder(config.backbone, config.shape, classes)
    if isinstance(config, LadderConfig):
        head, into = _ladder(config, features), config.latent_dims[0]
    elif isinstance(config, AutoencoderConfig):
        head, into = _linear("code", features, config.latent_dim), config.latent_dim
    else:
        into = config.latent_dim
        below = into * (into - 1) // 2 if config.posterior == "full" else 0
        head = _linear("posterior.linear", features, 2 * into + below)
    found = encoder | head | _decoder(config.backbone, config.shape, into, classes)
    if isinstance(config.likelihood, GaussianConfig):
        found["pixels.log_scale"] = ()
    if isinstance(config, VaeConfig) and isinstance(config.prior, VampPriorConfig):
        found["prior.logits"] = (config.prior.components, *config.shape)
    return found


def of_objective(config: ObjectiveConfig, latent_dim: int) -> Shapes:
    """What the objective has of its own: FactorVAE's discriminator."""
    if not isinstance(config, FactorConfig):
        return {}
    sizes = (latent_dim, *[config.width] * DISCRIMINATOR_LAYERS, 2)
    return _stack("discriminator", sizes, first=0)


def _encoder(backbone: Backbone, shape: Shape, classes: int) -> tuple[Shapes, int]:
    """The image's way to features, and how many these are."""
    if not isinstance(backbone, ConvConfig):
        first = _linear("encoder.first.1", prod(shape), backbone.hidden[0])
        label = _label("encoder", backbone.hidden[0], classes)
        return first | label | _stack("encoder.rest", backbone.hidden, first=1), backbone.hidden[-1]
    channels, last = backbone.channels, 2 * len(backbone.channels)
    found = _convolution("encoder.first", channels[0], shape[0], bias=channels[0])
    for i, (fan_in, fan_out) in enumerate(pairwise(channels)):
        found |= _convolution(f"encoder.rest.{1 + 2 * i}", fan_out, fan_in, bias=fan_out)
    flat = _linear(f"encoder.rest.{last}", _smallest(backbone, shape), backbone.hidden)
    return found | flat | _label("encoder", channels[0], classes), backbone.hidden


def _decoder(backbone: Backbone, shape: Shape, latent_dim: int, classes: int) -> Shapes:
    """The code's way to the pixels."""
    if not isinstance(backbone, ConvConfig):
        sizes = backbone.hidden[::-1]
        rest = _stack("decoder.rest", (*sizes, prod(shape)), first=1)
        first = _linear("decoder.first", latent_dim, sizes[0])
        return first | rest | _label("decoder", sizes[0], classes)
    found = _linear("decoder.first", latent_dim, backbone.hidden)
    found |= _linear("decoder.rest.1", backbone.hidden, _smallest(backbone, shape))
    for i, (fan_in, fan_out) in enumerate(pairwise((*backbone.channels[::-1], shape[0]))):
        found |= _convolution(f"decoder.rest.{4 + 2 * i}", fan_in, fan_out, bias=fan_out)
    return found | _label("decoder", backbone.hidden, classes)


def _ladder(config: LadderConfig, features: int) -> Shapes:
    """The way up the latent layers, and down again."""
    dims, widths = config.latent_dims, config.widths
    found: Shapes = {}
    for i, (below, width) in enumerate(pairwise((features, *widths))):
        found |= _linear(f"bottom_up.{i}.0", below, width)
        found |= _linear(f"evidence.{i}.linear", width, 2 * dims[i])
    for i, (below, above) in enumerate(pairwise(dims)):
        found |= _linear(f"top_down.{i}.0", above, widths[i + 1])
        found |= _linear(f"top_down.{i}.2.linear", widths[i + 1], 2 * below)
    return found


def _linear(name: str, fan_in: int, fan_out: int) -> Shapes:
    return {f"{name}.weight": (fan_out, fan_in), f"{name}.bias": (fan_out,)}


def _stack(name: str, sizes: tuple[int, ...], *, first: int) -> Shapes:
    """Linear layers between consecutive sizes, with an activation after each."""
    found: Shapes = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        found |= _linear(f"{name}.{first + 2 * i}", fan_in, fan_out)
    return found


def _convolution(name: str, a: int, b: int, *, bias: int) -> Shapes:
    return {f"{name}.weight": (a, b, KERNEL, KERNEL), f"{name}.bias": (bias,)}


def _label(stack: str, width: int, classes: int) -> Shapes:
    return {f"{stack}.label.weight": (width, classes)} if classes else {}


def _smallest(backbone: ConvConfig, shape: Shape) -> int:
    """Values that the last convolution gives."""
    height, width = (side >> len(backbone.channels) for side in shape[1:])
    return backbone.channels[-1] * height * width
