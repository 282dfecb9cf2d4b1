"""One function of a model as one blob.

It holds the length of a JSON text (uint32, little-endian), the text, zeros up to a multiple of four,
then all weights as float16 or float32. The text holds
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
from typing import Any, Literal

import numpy.typing as npt

PartName = Literal["decoder", "encoder", "prior"]


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
