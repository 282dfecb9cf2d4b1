"""What each part of a model computes, layer by layer, as `vae.models` does."""

from vae.config import (
    AutoencoderConfig,
    ContinuousBernoulliConfig,
    ConvConfig,
    CvaeConfig,
    LadderConfig,
    ModelConfig,
    Shape,
    VaeConfig,
    VampPriorConfig,
)
from vae.errors import CheckpointError
from vae.export.layers import ladder
from vae.export.layers.program import STRIDE, Program, Size


def _classes(program: Program, config: ModelConfig) -> int | None:
    return program.input("y", config.labels) if isinstance(config, CvaeConfig) else None


def decoder(program: Program, config: ModelConfig) -> None:
    """Z, and y for a conditional model, to the mean of the pixels."""
    z = program.input("z", config.latent_dim)
    y = _classes(program, config)
    if isinstance(config, LadderConfig):
        z = ladder.down(program, config, z)
    backbone = config.backbone
    hidden = program.linear(z, "decoder.first")
    program.label(hidden, y, "decoder.label")
    shape = _smallest(backbone, config.shape) if isinstance(backbone, ConvConfig) else None
    mean = program.rest(hidden, "decoder.rest", backbone.activation, shape, up=True)
    if program.sizes[mean] != config.pixels:
        raise CheckpointError(
            f"The weights make {program.sizes[mean]} pixels, their settings ask for {config.pixels}. "
            "Train again, or take an older copy."
        )
    continuous = isinstance(config.likelihood, ContinuousBernoulliConfig)
    program.step("continuous-bernoulli" if continuous else "sigmoid", on=mean)
    program.outputs["mean"] = mean


def encoder(program: Program, config: ModelConfig) -> None:
    """An image x, and y for a conditional model, to the posterior's mu and logvar."""
    x = program.input("x", config.pixels)
    y = _classes(program, config)
    _posterior(program, config, _features(program, config, x, y))


def prior(program: Program, config: ModelConfig) -> None:
    """A VampPrior's pseudo-input, picked by y, to the mu and logvar of its posterior."""
    assert isinstance(config, VaeConfig), "only a VAE has a prior to learn"
    assert isinstance(config.prior, VampPriorConfig), "N(0, I) has no weights"
    table = program.tensor("prior.logits").reshape(config.prior.components, -1)
    pick = program.input("y", len(table))
    pseudo_input = program.value(config.pixels)
    program.step("fill", on=pseudo_input, value=0.0)
    program.step("label", on=pseudo_input, y=pick, weight=program.store(table), repeat=1)
    program.step("sigmoid", on=pseudo_input)
    _posterior(program, config, _features(program, config, pseudo_input, None))


def _features(program: Program, config: ModelConfig, x: int, y: int | None) -> int:
    """The encoder but for its head."""
    backbone, shape = config.backbone, None
    if isinstance(backbone, ConvConfig):
        hidden, shape = program.convolution(x, "encoder.first", config.shape, up=False)
    else:
        hidden = program.linear(x, "encoder.first.1")
    program.label(hidden, y, "encoder.label")
    return program.rest(hidden, "encoder.rest", backbone.activation, shape, up=False)


def _posterior(program: Program, config: ModelConfig, features: int) -> None:
    if isinstance(config, AutoencoderConfig):
        program.outputs["mu"] = program.linear(features, "code", config.latent_dim)
    elif isinstance(config, LadderConfig):
        mu, logvar = ladder.up_and_down(program, config, features)
        program.outputs |= {"mu": mu, "logvar": logvar}
    else:
        full = config.posterior == "full"
        mu, logvar = program.head(features, "posterior", config.latent_dim, full=full)
        program.outputs |= {"mu": mu, "logvar": logvar}


def _smallest(backbone: ConvConfig, shape: Shape) -> Size:
    """Shape of the last convolution's output."""
    factor = STRIDE ** len(backbone.channels)
    return backbone.channels[-1], shape[1] // factor, shape[2] // factor
