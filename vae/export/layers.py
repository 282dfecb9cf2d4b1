"""A model as a list of layers, for programs that know neither Python nor torch: the browser's engine.

Built from settings and named arrays alone, so that a model can be shown without loading torch.

A `Part` is one blob: the length of a JSON text (uint32, little-endian), the text, zeros up to a
multiple of four, then all weights as float16 or float32. The text holds
- `shape`: channels, height and width of the model's images,
- `sizes`: how many numbers each value has; values are flat and known by their place in this list,
- `inputs` and `outputs`: names of values, such as z, y, x, mean, mu, logvar,
- `dtype` and `count` of the weights,
- `steps`: what is done, in order; each is an `op` and its fields. Weights are given by the place
  at which they begin; a linear step's are [inputs outputs], a convolution's [outputs, inputs * k * k]
  and a transposed convolution's [outputs * k * k, inputs].
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

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
from vae.packed import PARTS, unpack

Weights = Mapping[str, npt.NDArray[Any]]
"""Arrays by the names that they have in the model's state_dict."""
PartName = Literal["decoder", "encoder", "prior"]
Size = tuple[int, int, int]
"""Channels, height and width of an image between two layers."""

STRIDE, PADDING = 2, 1
"""Of every convolution; the kernel's size is in its weights."""
LOGVAR_RANGE = 20.0
"""Log variances are clipped to this on either side, as the models do."""


@dataclass(frozen=True)
class Part:
    """One function of a model, ready to travel."""

    description: Mapping[str, Any]
    weights: npt.NDArray[Any]

    @cached_property
    def blob(self) -> bytes:
        """Everything, in the form that the module describes."""
        text = json.dumps(self.description, separators=(",", ":")).encode()
        head = len(text).to_bytes(4, "little") + text
        return head + bytes(-len(head) % 4) + self.weights.tobytes()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the blob."""
        return hashlib.sha256(self.blob).hexdigest()


def build(part: PartName, config: ModelConfig, weights: Weights, *, half: bool = False) -> Part:
    """A model's part as a list of layers.

    - decoder: z (and y, one weight a class) -> mean, the picture
    - encoder: x (and y) -> mu, and logvar but for the plain autoencoder
    - prior, where it is a VampPrior: y, one weight a pseudo-input -> mu and logvar of its posterior

    Weights stay float16 where all of them are; `half` makes them so.

    Raises:
        CheckpointError: weights that are missing or do not fit the settings.
    """
    builder = {"decoder": _decoder, "encoder": _encoder, "prior": _prior}[part]
    program = _Program(weights)
    builder(program, config)
    return program.finish(config.shape, half=half)


def read_weights(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The model's arrays in a .safetensors file, be it of a model, a moment or a whole training.

    Raises:
        CheckpointError: no such file, or one that is damaged.
    """
    prefix = "model."
    try:
        with safe_open(path, framework="np") as file:
            header = json.loads((file.metadata() or {}).get("header", "{}"))
            names = list(file.keys())
            if header.get("kind") not in ("state", "snapshot"):
                return {name: file.get_tensor(name) for name in names}
            if "packed" in header:
                packed = {name: file.get_tensor(name) for name in PARTS}
                return unpack(packed, header["packed"])
            ours = [name for name in names if name.startswith(prefix)]
            return {name.removeprefix(prefix): file.get_tensor(name) for name in ours}
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read. Pick another model.") from error
    except (SafetensorError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is damaged or no safetensors file ({error}). Take another copy, or train again."
        ) from error


class _Program:
    """Values and steps as they are put together."""

    def __init__(self, weights: Weights) -> None:
        self.given = weights
        self.sizes: list[int] = []
        self.steps: list[dict[str, Any]] = []
        self.inputs: dict[str, int] = {}
        self.outputs: dict[str, int] = {}
        self.blocks: list[npt.NDArray[Any]] = []
        self.filled = 0

    def finish(self, shape: Size, *, half: bool) -> Part:
        every = np.concatenate([block.ravel() for block in self.blocks])
        kind = np.float16 if half or every.dtype == np.float16 else np.float32
        description = {
            "shape": shape,
            "dtype": np.dtype(kind).name,
            "count": self.filled,
            "sizes": self.sizes,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "steps": self.steps,
        }
        return Part(description, every.astype(np.dtype(kind).newbyteorder("<")))

    def tensor(self, name: str) -> npt.NDArray[Any]:
        try:
            return self.given[name]
        except KeyError:
            raise CheckpointError(
                f"The weights lack {name}, which their settings ask for. Train again, or take an "
                "older copy."
            ) from None

    def store(self, array: npt.NDArray[Any]) -> int:
        """Keep weights; where they begin."""
        place = self.filled
        self.blocks.append(array)
        self.filled += array.size
        return place

    def value(self, size: int) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def input(self, name: str, size: int) -> int:
        self.inputs[name] = self.value(size)
        return self.inputs[name]

    def step(self, op: str, **fields: Any) -> None:
        self.steps.append({"op": op, **fields})

    def expect(self, name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
        if array.shape != shape:
            raise CheckpointError(
                f"{name} is {list(array.shape)}, its settings ask for {list(shape)}. Train again, or "
                "take an older copy."
            )

    def linear(self, x: int, name: str, outputs: int | None = None) -> int:
        """W x + b."""
        weight, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        self.expect(f"{name}.weight", weight, (outputs or len(bias), self.sizes[x]))
        out = self.value(len(bias))
        self.step("linear", x=x, out=out, weight=self.store(weight.T), bias=self.store(bias))
        return out

    def convolution(self, x: int, name: str, shape: Size, *, up: bool) -> tuple[int, Size]:
        """A convolution, or a transposed one; the new value and its shape."""
        weight, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        channels, height, width = shape
        kernel = weight.shape[-1]
        if up:
            self.expect(f"{name}.weight", weight, (channels, len(bias), kernel, kernel))
            flat = weight.reshape(channels, -1).T
            grown = [(side - 1) * STRIDE - 2 * PADDING + kernel for side in (height, width)]
        else:
            self.expect(f"{name}.weight", weight, (len(bias), channels, kernel, kernel))
            flat = weight.reshape(len(bias), -1)
            grown = [(side + 2 * PADDING - kernel) // STRIDE + 1 for side in (height, width)]
        shaped = (len(bias), grown[0], grown[1])
        out = self.value(prod(shaped))
        self.step(
            "transposed" if up else "convolution",
            x=x,
            out=out,
            weight=self.store(flat),
            bias=self.store(bias),
            shapes=[list(shape), list(shaped)],
            kernel=kernel,
            stride=STRIDE,
            padding=PADDING,
        )
        return out, shaped

    def label(self, on: int, y: int | None, name: str) -> None:
        """Add the labels' vectors, weighted by y, to every place of each channel."""
        if y is None:
            return
        table = self.tensor(f"{name}.weight")
        width = table.shape[0]
        self.expect(f"{name}.weight", table, (width, self.sizes[y]))
        self.step("label", on=on, y=y, weight=self.store(table.T), repeat=self.sizes[on] // width)

    def slice(self, x: int, start: int, size: int) -> int:
        """A part of a value: not a copy."""
        out = self.value(size)
        self.step("slice", x=x, out=out, start=start)
        return out

    def join(self, parts: list[int]) -> int:
        out = self.value(sum(self.sizes[part] for part in parts))
        self.step("join", parts=parts, out=out)
        return out

    def rest(self, x: int, name: str, activation: str, shape: Size | None, *, up: bool) -> int:
        """What comes after a stack's first layer: activations, and the layers that it has weights for.

        `shape` is that of the convolutions' image: x's own on the way down, the smallest on the way up.
        """
        places = sorted(
            {
                int(n.removeprefix(name).split(".")[1])
                for n in self.given
                if n.startswith(f"{name}.")
            }
        )
        for place in places:
            self.step(activation, on=x)
            layer = f"{name}.{place}"
            if self.tensor(f"{layer}.weight").ndim == 2:
                x = self.linear(x, layer)
            else:
                assert shape is not None, "a stack with convolutions has an image's shape"
                x, shape = self.convolution(x, layer, shape, up=up)
        if not up:
            self.step(activation, on=x)
        return x


def _classes(program: _Program, config: ModelConfig) -> int | None:
    return program.input("y", config.classes) if isinstance(config, CvaeConfig) else None


def _decoder(program: _Program, config: ModelConfig) -> None:
    z = program.input("z", config.latent_dim)
    y = _classes(program, config)
    if isinstance(config, LadderConfig):
        z = _down_the_ladder(program, config, z)
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


def _encoder(program: _Program, config: ModelConfig) -> None:
    x = program.input("x", config.pixels)
    y = _classes(program, config)
    _posterior(program, config, _features(program, config, x, y))


def _prior(program: _Program, config: ModelConfig) -> None:
    assert isinstance(config, VaeConfig), "only a VAE has a prior to learn"
    assert isinstance(config.prior, VampPriorConfig), "N(0, I) has no weights"
    table = program.tensor("prior.logits").reshape(config.prior.components, -1)
    pick = program.input("y", len(table))
    pseudo_input = program.value(config.pixels)
    program.step("fill", on=pseudo_input, value=0.0)
    program.step("label", on=pseudo_input, y=pick, weight=program.store(table), repeat=1)
    program.step("sigmoid", on=pseudo_input)
    _posterior(program, config, _features(program, config, pseudo_input, None))


def _features(program: _Program, config: ModelConfig, x: int, y: int | None) -> int:
    """The encoder but for its head."""
    backbone, shape = config.backbone, None
    if isinstance(backbone, ConvConfig):
        hidden, shape = program.convolution(x, "encoder.first", config.shape, up=False)
    else:
        hidden = program.linear(x, "encoder.first.1")
    program.label(hidden, y, "encoder.label")
    return program.rest(hidden, "encoder.rest", backbone.activation, shape, up=False)


def _posterior(program: _Program, config: ModelConfig, features: int) -> None:
    if isinstance(config, AutoencoderConfig):
        program.outputs["mu"] = program.linear(features, "code", config.latent_dim)
    elif isinstance(config, LadderConfig):
        mu, logvar = _up_and_down_the_ladder(program, config, features)
        program.outputs |= {"mu": mu, "logvar": logvar}
    else:
        full = config.posterior == "full"
        mu, logvar = _head(program, features, "posterior", config.latent_dim, full=full)
        program.outputs |= {"mu": mu, "logvar": logvar}


def _head(
    program: _Program, features: int, name: str, dim: int, *, full: bool = False
) -> tuple[int, int]:
    """Mean and each unit's own log variance; a full covariance is given by its Cholesky factor."""
    below = dim * (dim - 1) // 2 if full else 0
    out = program.linear(features, f"{name}.linear", 2 * dim + below)
    mu, logvar = program.slice(out, 0, dim), program.slice(out, dim, dim)
    program.step("clamp", on=logvar, low=-LOGVAR_RANGE, high=LOGVAR_RANGE)
    if not below:
        return mu, logvar
    marginal = program.value(dim)
    rows = program.slice(out, 2 * dim, below)
    program.step("marginal", logvar=logvar, below=rows, out=marginal)
    return mu, marginal


# --- the ladder (see vae/models/ladder.py) ---------------------------------------------------------


def _down_the_ladder(program: _Program, config: LadderConfig, z: int) -> int:
    """The bottom layer's value from the whole code."""
    dims, value = config.latent_dims, None
    for layer in reversed(range(len(dims))):
        own = program.slice(z, sum(dims[:layer]), dims[layer])
        value = _place(program, own, _prediction(program, config, layer, value))
    assert value is not None, "a ladder has layers"
    return value


def _up_and_down_the_ladder(
    program: _Program, config: LadderConfig, features: int
) -> tuple[int, int]:
    """Mean and log variance of every layer, each given the mean above it."""
    evidence = []
    for layer, dim in enumerate(config.latent_dims):
        features = program.linear(features, f"bottom_up.{layer}.0")
        program.step(config.backbone.activation, on=features)
        evidence.append(_head(program, features, f"evidence.{layer}", dim))
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
    program: _Program, config: LadderConfig, layer: int, above: int | None
) -> tuple[int, int] | None:
    """What the layer above says of a layer; None for N(0, I)."""
    if above is None:
        return None
    hidden = program.linear(above, f"top_down.{layer}.0")
    program.step(config.backbone.activation, on=hidden)
    return _head(program, hidden, f"top_down.{layer}.2", config.latent_dims[layer])


def _place(program: _Program, z: int, prediction: tuple[int, int] | None) -> int:
    """A layer's value from its non-centred code: mu + exp(logvar / 2) z."""
    if prediction is None:
        return z
    out = program.value(program.sizes[z])
    program.step("place", z=z, prediction=prediction, out=out)
    return out


def _smallest(backbone: ConvConfig, shape: Shape) -> Size:
    """Shape of the last convolution's output."""
    factor = STRIDE ** len(backbone.channels)
    return backbone.channels[-1], shape[1] // factor, shape[2] // factor
