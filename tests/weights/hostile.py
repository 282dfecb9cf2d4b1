"""Files of weights as an attacker, another program or an accident would make them."""

import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from tests.training import tiny
from vae.config import FactorConfig, MlpConfig
from vae.weights import FORMAT, shapes

Tensors = dict[str, npt.NDArray[Any]]

CONFIG = tiny.config()
WIDE = CONFIG.model.replace(backbone=MlpConfig(hidden=(8192,) * 8))


def weights(config: Any = CONFIG.model) -> Tensors:
    """A model's weights, all of them a half."""
    return {name: np.full(s, 0.5, np.float32) for name, s in shapes.of_model(config).items()}


def content(
    tensors: Mapping[str, npt.NDArray[Any]] | None = None, form: str = FORMAT, **header: Any
) -> bytes:
    """A sound file of a small model, but for what is given; a None leaves a key out."""
    told = {"version": 1, "kind": "model", "step": 1, "epoch": 1.0}
    told |= {"config": CONFIG.model_dump(mode="json")} | header
    told = {key: value for key, value in told.items() if value is not None}
    metadata = {"format": form, "header": json.dumps(told)}
    return save(dict(weights() if tensors is None else tensors), metadata)


def raw(header: str | bytes, body: bytes = b"") -> bytes:
    """A file by its header's text."""
    text = header.encode() if isinstance(header, str) else header
    return len(text).to_bytes(8, "little") + text + body


def promise(shape: list[int], kind: str = "F32", size: int = 0) -> bytes:
    """A header that speaks of one tensor, and a body of so many bytes."""
    tensor = {"dtype": kind, "shape": shape, "data_offsets": [0, size]}
    return raw(json.dumps({"encoder.first.1.weight": tensor}), bytes(min(size, 1000)))


def broken(value: float) -> Tensors:
    """Weights of which one is no number."""
    found = weights()
    found["decoder.first.weight"].flat[0] = value
    return found


def settings(model: Any) -> dict[str, Any]:
    """Settings of another model than the weights are of."""
    return CONFIG.replace(model=model).model_dump(mode="json")


def odd(**changes: Any) -> dict[str, Any]:
    """Settings with something that is none."""
    return CONFIG.model_dump(mode="json") | changes


def packed_bomb() -> bytes:
    """Some kilobytes that unpack to 3.7 GB, for settings that ask for as many."""
    layout = [[name, list(shape)] for name, shape in shapes.of_model(WIDE).items()]
    parts: Tensors = {
        "levels": np.frombuffer(zlib.compress(bytes(2**24), 9), np.uint8),
        "scales": np.ones(8, np.float16),
        "vectors": np.ones(8, np.float16),
    }
    return content(parts, kind="snapshot", config=settings(WIDE), packed=layout)


HEADS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "cut in its length": lambda: b"\x10\x00",
    "cut in its header": lambda: content()[:100],
    "cut in its weights": lambda: content()[:-4],
    "longer than it says": lambda: content() + b"more",
    "a header of 2 to the 63 bytes": lambda: b"\xff" * 7 + b"\x7f{}",
    "a header of 8 MB": lambda: raw(b" " * 2**23 + b"{}"),
    "nested without end": lambda: raw("[" * 500_000),
    "no object": lambda: raw("[1, 2]"),
    "no JSON": lambda: raw("{oh dear}"),
    "a number of a million digits": lambda: raw('{"a": ' + "9" * 900_000 + "}"),
    "ten thousand tensors": lambda: raw(
        json.dumps(
            {str(i): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(9999)}
        )
    ),
    "a tensor of 268 MB that is not there": lambda: promise([8192, 8192], size=2**28),
    "a shape beyond all memory": lambda: promise([2**40, 2**40]),
    "nothing, in a shape beyond all memory": lambda: promise([0, 2**60, 2**60]),
    "a negative shape": lambda: promise([-1, -4], size=16),
    "a shape of fractions": lambda: raw(
        '{"a": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 6]}}', bytes(6)
    ),
    "offsets that overlap": lambda: raw(
        json.dumps({n: {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]} for n in "ab"}),
        bytes(8),
    ),
    "a tensor that says nothing": lambda: raw('{"a": {}}'),
    "a name of 900,000 letters": lambda: raw(json.dumps({"a" * 900_000: 3})),
    "metadata that are none": lambda: raw('{"__metadata__": {"format": 3}}'),
    "a pickle": lambda: b"\x80\x04K\x01.",
}
"""Files that are no safetensors, or promise what they do not hold."""

TOLD: dict[str, Callable[[], bytes]] = {
    "another program's": lambda: content(form="pt"),
    "a format of 900,000 letters": lambda: content(form="x" * 900_000),
    "a header of 900,000 letters": lambda: content(kind="k" * 900_000),
    "version 2": lambda: content(version=2),
    "version as text": lambda: content(version="1"),
    "version as truth": lambda: content(version=True),
    "version with a fraction": lambda: content(version=1.0),
    "version of 4,000 digits": lambda: content(version=10**4000),
    "no version": lambda: content(version=None),
    "another kind": lambda: content(kind="optimizer"),
    "a kind that is a list": lambda: content(kind=[["model"]]),
    "no step": lambda: content(step=None),
    "a step before the first": lambda: content(step=-1),
    "a step beyond all measure": lambda: content(step=10**400),
    "a step that is no number": lambda: content(step=float("nan")),
    "no settings": lambda: content(config=None),
    "settings that are a text": lambda: content(config="vae"),
    "a setting of 500,000 letters": lambda: content(config=odd(colour="x" * 500_000)),
    "a setting's name of 500,000 letters": lambda: content(config=odd(**{"x" * 500_000: 1})),
    "100,000 unknown settings": lambda: content(config=odd(**{f"k{i}": 1 for i in range(60_000)})),
}
"""Files that say of themselves what cannot be."""

UNFIT: dict[str, Callable[[], bytes]] = {
    "settings of eight layers of 8,192": lambda: content(config=settings(WIDE)),
    "settings of another size": lambda: content(
        config=settings(CONFIG.model.replace(latent_dim=5))
    ),
    "a discriminator that is not there": lambda: content(
        {f"model.{n}": w for n, w in weights().items()},
        kind="state",
        config=CONFIG.replace(objective=FactorConfig(width=8192)).model_dump(mode="json"),
    ),
    "no weights": lambda: content({}),
    "a weight too much": lambda: content(weights() | {"x" * 5000: np.zeros(3, np.float32)}),
    "whole numbers": lambda: content({n: w.astype(np.int8) for n, w in weights().items()}),
    "pictures, no model": lambda: content(kind="held-out"),
    "packed without parts": lambda: content({}, kind="snapshot", packed=[]),
    "a layout that is none": lambda: content({}, kind="snapshot", packed=[["a", [2**70, 2**70]]]),
    "packed levels without end": packed_bomb,
    "NaN": lambda: content(broken(float("nan"))),
    "Infinity": lambda: content(broken(float("inf"))),
    "float16 beyond float16": lambda: content(
        {n: np.full_like(w, np.inf, np.float16) for n, w in weights().items()}
    ),
}
"""Files whose weights are not those of their settings, or no numbers."""


def write(folder: Path, made: Callable[[], bytes]) -> Path:
    """The file in a folder."""
    path = folder / "model.safetensors"
    path.write_bytes(made())
    return path
