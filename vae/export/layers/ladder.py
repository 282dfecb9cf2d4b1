"""The ladder VAE's way between its latent layers, as `vae.models.ladder` takes it."""

from vae.config import LadderConfig
from vae.export.layers.program import Program


def down(program: Program, config: LadderConfig, z: int) -> int:
    """The bottom layer's value from the whole code."""
    dims, value = config.latent_dims, None
    for layer in reversed(range(len(dims))):
        own = program.slice(z, sum(dims[:layer]), dims[layer])
        value = _place(program, own, _prediction(program, config, layer, value))
    assert value is not None, "a ladder has layers"
    return value


def up_and_down(program: Program, config: LadderConfig, features: int) -> tuple[int, int]:
    """Mean and log variance of every layer, each given the mean above it."""
    evidence = []
    for layer, dim in enumerate(config.latent_dims):
        features = program.linear(features, f"bottom_up.{layer}.0")
        program.step(config.backbone.activation, on=features)
        evidence.append(program.head(features, f"evidence.{layer}", dim))
    mus: list[int] = []
    logvars: list[int] = []
    value = None
    for layer in reversed(range(len(evidence))):
        prediction = _prediction(program, config, layer, value)
        dim = config.latent_dims[layer]
        mu, logvar = program.value(dim), program.value(dim)
        program.step("posterior", evidence=evidence[layer], prediction=prediction, out=[mu, logvar])
        value = _place(program, mu, prediction)
        mus.insert(0, mu)
        logvars.insert(0, logvar)
    return program.join(mus), program.join(logvars)


def _prediction(
    program: Program, config: LadderConfig, layer: int, above: int | None
) -> tuple[int, int] | None:
    """What the layer above says of a layer; None for N(0, I)."""
    if above is None:
        return None
    hidden = program.linear(above, f"top_down.{layer}.0")
    program.step(config.backbone.activation, on=hidden)
    return program.head(hidden, f"top_down.{layer}.2", config.latent_dims[layer])


def _place(program: Program, z: int, prediction: tuple[int, int] | None) -> int:
    """A layer's value from its non-centred code: mu + exp(logvar / 2) z."""
    if prediction is None:
        return z
    out = program.value(program.sizes[z])
    program.step("place", z=z, prediction=prediction, out=out)
    return out
