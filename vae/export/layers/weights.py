"""A model's weights as arrays, read without torch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from vae.errors import CheckpointError
from vae.packed import PARTS, unpack

Weights = Mapping[str, npt.NDArray[Any]]
"""Arrays by the names that they have in the model's state_dict."""


def read_weights(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The model's arrays in a .safetensors file, be it of a model, a moment or a whole training.

    Raises:
        CheckpointError: no such file, one that is damaged, or one of which a program has to build parts.
    """
    prefix = "model."
    try:
        with safe_open(path, framework="np") as file:
            header = json.loads((file.metadata() or {}).get("header", "{}"))
            names = list(file.keys())
            if header.get("own"):
                raise CheckpointError(
                    f"{path} is a model with a network of a program's own, which can be used there alone."
                )
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
