"""The check of exported graphs finds a graph that is wrong."""

from pathlib import Path

import torch

from tests.ui import tiny
from vae.export import export_onnx
from vae.export.onnx_check import onnx_error
from vae.training import load_model


def test_right_graphs_pass_and_wrong_ones_do_not(tmp_path: Path) -> None:
    """Graphs of a conditional model agree with it; against another model's weights they do not."""
    checkpoint = load_model(tiny.ship(tmp_path / "cvae", tiny.config({"kind": "cvae"})))
    export_onnx(checkpoint, tmp_path)
    assert onnx_error(checkpoint.model, tmp_path) < 1e-5
    with torch.no_grad():
        for weights in checkpoint.model.decoder.parameters():
            weights.add_(0.1)
    assert onnx_error(checkpoint.model, tmp_path) > 1e-3
