"""ONNX graphs compute what the model computes."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor

from tests.training import tiny
from vae import models
from vae.config import Backbone, ConvConfig, MlpConfig, ModelConfig
from vae.errors import ExportError
from vae.export import export_onnx, onnx
from vae.training import Checkpoint

MLP, CONV = tiny.BACKBONE, ConvConfig(channels=(2, 3), hidden=6)
CASES: dict[str, tuple[str, Backbone, str]] = {
    "autoencoder-mlp": ("autoencoder", MLP, "bernoulli"),
    "autoencoder-conv": ("autoencoder", CONV, "gaussian"),
    "vae-mlp": ("vae", MlpConfig(hidden=(8, 7), activation="leaky-relu"), "continuous-bernoulli"),
    "vae-full-conv": ("full", CONV, "bernoulli"),
    "cvae-mlp": ("cvae", MlpConfig(hidden=(8,), activation="silu"), "gaussian"),
    "cvae-conv": ("cvae", ConvConfig(channels=(2,), hidden=6, activation="elu"), "bernoulli"),
    "ladder-mlp": ("ladder", MlpConfig(hidden=(8,), activation="tanh"), "bernoulli"),
    "ladder-conv": ("ladder", CONV, "continuous-bernoulli"),
}


def checkpoint(config: ModelConfig) -> Checkpoint:
    """An untrained model as a checkpoint, its weights large enough to matter."""
    torch.manual_seed(0)
    model = models.build(config).eval()
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(2)
    return Checkpoint(model, tiny.config(config), 0, Path("none"))


def run(path: Path, **inputs: Tensor) -> dict[str, Tensor]:
    """Outputs of a graph, by name."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, {k: v.numpy() for k, v in inputs.items()})
    names = [output.name for output in session.get_outputs()]
    return {name: torch.from_numpy(out) for name, out in zip(names, outputs, strict=True)}


@pytest.mark.parametrize("case", CASES)
def test_graphs_agree_with_torch(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Both graphs, on one row and on five, are within 1e-5 of the model.

    Nothing is printed, no further file is written, and no source of this machine is named in them.
    """
    kind, backbone, likelihood = CASES[case]
    config = tiny.MODELS[kind].replace(backbone=backbone, likelihood={"kind": likelihood})
    source = checkpoint(config)
    encoder, decoder = export_onnx(source, tmp_path)
    assert capfd.readouterr() == ("", "")
    assert set(tmp_path.iterdir()) == {encoder, decoder}
    assert b".py" not in encoder.read_bytes() + decoder.read_bytes()
    model = source.model
    for rows in (1, 5):
        x, z = torch.rand(rows, 1, 8, 8), 3 * torch.randn(rows, model.latent_dim)
        blend = torch.rand(rows, model.classes).softmax(1)
        labels = {"y": blend} if model.classes else {}
        with torch.no_grad():
            posterior = model.encode(x, blend if model.classes else None)
            wanted = {"mu": posterior.mu, "logvar": posterior.logvar}
            mean = model.decode(z, blend if model.classes else None).mean
        if kind == "autoencoder":
            del wanted["logvar"]
        torch.testing.assert_close(run(encoder, x=x, **labels), wanted, rtol=0, atol=1e-5)
        torch.testing.assert_close(run(decoder, z=z, **labels), {"x": mean}, rtol=0, atol=1e-5)


def test_graphs_name_the_classes(tmp_path: Path) -> None:
    """Both graphs say what the columns of `y` mean; those of a model without labels say nothing."""
    names = ("cat", "Käfer", "dog")
    for graph in export_onnx(checkpoint(tiny.MODELS["cvae"].replace(names=names)), tmp_path):
        assert json.loads(_metadata(graph)["classes"]) == list(names)
    for graph in export_onnx(checkpoint(tiny.VAE), tmp_path):
        assert "classes" not in _metadata(graph)


def _metadata(path: Path) -> dict[str, str]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entries: dict[str, str] = session.get_modelmeta().custom_metadata_map
    return entries


def test_model_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More weights than a protobuf message holds are refused before anything is written."""
    monkeypatch.setattr(onnx, "_LIMIT", 100)
    with pytest.raises(ExportError, match="Export a checkpoint instead"):
        export_onnx(checkpoint(tiny.VAE), tmp_path)
    assert not list(tmp_path.iterdir())
