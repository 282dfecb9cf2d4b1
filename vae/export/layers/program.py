"""A list of layers as it is put together: values, steps, and the weights that they take."""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from vae.errors import CheckpointError
from vae.export.layers.part import Part
from vae.weights import Weights

Size = tuple[int, int, int]
"""Channels, height and width of an image between two layers."""

STRIDE, PADDING = 2, 1
"""Of every convolution; the kernel's size is in its weights."""
LOGVAR_RANGE = 20.0
"""Log variances are clipped to this on either side, as the models do."""


class Program:
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

    def head(self, features: int, name: str, dim: int, *, full: bool = False) -> tuple[int, int]:
        """Mean and each unit's own log variance; a full covariance is given by its Cholesky factor."""
        below = dim * (dim - 1) // 2 if full else 0
        out = self.linear(features, f"{name}.linear", 2 * dim + below)
        mu, logvar = self.slice(out, 0, dim), self.slice(out, dim, dim)
        self.step("clamp", on=logvar, low=-LOGVAR_RANGE, high=LOGVAR_RANGE)
        if not below:
            return mu, logvar
        marginal = self.value(dim)
        rows = self.slice(out, 2 * dim, below)
        self.step("marginal", logvar=logvar, below=rows, out=marginal)
        return mu, marginal
