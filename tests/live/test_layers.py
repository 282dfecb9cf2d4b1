"""Layer lists: built without torch, from what a checkpoint says of itself."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.live.made_up import CONFIGS, make
from tests.training import tiny
from vae.errors import CheckpointError
from vae.export.layers import build, read_weights
from vae.models import Model
from vae.training import State, save_model, save_state


def weights_of(model: Model) -> dict[str, np.ndarray]:
    """The model's arrays by name."""
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("name", CONFIGS)
def test_blob_holds_every_weight(name: str) -> None:
    """Decoder and encoder together carry all of a model's weights but the scale of its pixels."""
    model = make(name)
    weights = weights_of(model)
    parts = [build(part, model.config, weights) for part in ("decoder", "encoder")]
    left = [n for n in weights if n != "pixels.log_scale" and not n.startswith("prior.")]
    shared = [n for n in left if n.startswith("top_down.")]  # the ladder goes down in both
    carried = sum(part.weights.size for part in parts)
    assert carried == sum(weights[n].size for n in left) + sum(weights[n].size for n in shared)


def test_blob_is_as_described() -> None:
    """The blob's head is the description, and its weights begin at a multiple of four bytes."""
    model = make("cvae")
    part = build("decoder", model.config, weights_of(model))
    length = int.from_bytes(part.blob[:4], "little")
    described = json.loads(part.blob[4 : 4 + length])
    start = -(-(4 + length) // 4) * 4
    assert described == {**part.description, "shape": [1, 28, 28]}
    assert described["count"] * 4 == len(part.blob) - start
    np.testing.assert_array_equal(np.frombuffer(part.blob[start:], "<f4"), part.weights)


def test_half_stays_half() -> None:
    """Weights that were stored as float16 travel as float16, exactly."""
    model = make("vae")
    halves = {name: array.astype(np.float16) for name, array in weights_of(model).items()}
    part = build("decoder", model.config, halves)
    assert part.description["dtype"] == "float16"
    whole = build("decoder", model.config, weights_of(model), half=True)
    assert part.digest == whole.digest


def test_digest_follows_the_content() -> None:
    """The same weights have the same hash, others another."""
    model = make("vae")
    first = build("decoder", model.config, weights_of(model)).digest
    assert first == build("decoder", model.config, weights_of(model)).digest
    with torch.no_grad():
        next(model.decoder.parameters()).add_(1)
    assert first != build("decoder", model.config, weights_of(model)).digest


def test_reads_models_and_trainings(tmp_path: Path) -> None:
    """A checkpoint's weights are read, and the model's among those of a whole training."""
    state = State.new(tiny.config(), tiny.dataset())
    save_model(tmp_path / "model.safetensors", state)
    save_state(tmp_path / "last.safetensors", state)
    read = read_weights(tmp_path / "model.safetensors")
    again = read_weights(tmp_path / "last.safetensors")
    assert again.keys() == read.keys()
    assert all(np.array_equal(again[name], read[name]) for name in read)


def test_damaged_file(tmp_path: Path) -> None:
    """A file that is missing or damaged is named in a sentence."""
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_weights(tmp_path / "model.safetensors")
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x04 nothing of ours")
    with pytest.raises(CheckpointError, match="damaged"):
        read_weights(tmp_path / "model.safetensors")


def test_weights_that_do_not_fit() -> None:
    """Weights of another model, or not all of them, are refused."""
    model, other = make("vae"), make("vae-wide")
    with pytest.raises(CheckpointError, match=r"decoder\.first"):
        build("decoder", other.config, weights_of(model))
    lacking = weights_of(model)
    del lacking["decoder.rest.3.bias"]
    with pytest.raises(CheckpointError, match=r"decoder\.rest\.3\.bias"):
        build("decoder", model.config, lacking)


def test_torch_is_not_needed() -> None:
    """Showing a model does not load torch."""
    code = "import sys, vae.export.layers; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
