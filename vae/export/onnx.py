"""Encoder and decoder as ONNX graphs, for programs without torch."""

import io
import json
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim

from vae.classes import names_of
from vae.errors import ExportError
from vae.export.folder import make_folder
from vae.files import AnyPath, write_atomically
from vae.models import Autoencoder, Model
from vae.training.checkpoint import Checkpoint

ENCODER_FILE = "encoder.onnx"
DECODER_FILE = "decoder.onnx"

_EXAMPLES = 2
"""Rows of the example input; the graph takes any number."""

_LIMIT = 2**31 - 2**24
"""Bytes of weights: a protobuf message ends at 2 GB."""


@torch.no_grad()
def export_onnx(checkpoint: Checkpoint, folder: AnyPath) -> tuple[Path, Path]:
    """Write `encoder.onnx` (x -> mu, logvar) and `decoder.onnx` (z -> x, the pixel means).

    A conditional model's graphs take `y` [n classes] too, one-hot or weights that blend classes, of
    which the metadata entry `classes` holds the names as a JSON list; a plain autoencoder's encoder
    gives `mu` alone. Any number n of rows, everything in float32.
    """
    model = checkpoint.model
    _check_size(model)
    folder = make_folder(folder)
    device = next(model.parameters()).device
    x = torch.rand(_EXAMPLES, *model.config.shape, device=device)
    z = torch.zeros(_EXAMPLES, model.latent_dim, device=device)
    codes = ["mu"] if isinstance(model, Autoencoder) else ["mu", "logvar"]
    encoder, decoder = folder / ENCODER_FILE, folder / DECODER_FILE
    names = names_of(checkpoint.config)
    write_atomically(encoder, _graph(_Encoder(model), {"x": x}, codes, names))
    write_atomically(decoder, _graph(_Decoder(model), {"z": z}, ["x"], names))
    return encoder, decoder


def _check_size(model: Model) -> None:
    size = sum(weights.nbytes for weights in model.state_dict().values())
    if size > _LIMIT:
        raise ExportError(
            f"The model has {size / 2**30:.1f} GB of weights, ONNX allows {_LIMIT / 2**30:.1f} in a "
            "file. Export a checkpoint instead."
        )


class _Encoder(nn.Module):
    """Image -> mean and log variance of q(z|x)."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        posterior = self.model.encode(x, y)
        if isinstance(self.model, Autoencoder):
            return (posterior.mu,)
        return posterior.mu, posterior.logvar


class _Decoder(nn.Module):
    """Code -> mean of p(x|z)."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return self.model.decode(z, y).mean


def _graph(
    part: nn.Module, inputs: dict[str, Tensor], outputs: list[str], names: tuple[str, ...]
) -> bytes:
    """The ONNX file of one module with these inputs, and `y` where the model takes a label."""
    assert isinstance(part, _Encoder | _Decoder)
    if classes := part.model.classes:
        device = next(iter(inputs.values())).device
        inputs = inputs | {"y": torch.eye(classes, device=device)[:_EXAMPLES]}
    rows = Dim("n")
    # The exporter speaks of its progress, and of what it has deprecated in itself.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            part.eval(),
            kwargs=inputs,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes={name: {0: rows} for name in inputs},
            dynamo=True,
            verbose=False,
        )
    assert program is not None, "torch.onnx gives a program where it is given no file"
    graph = program.model_proto
    for node in graph.graph.node:
        del node.metadata_props[:]  # lines of torch's source and of ours
    if names:
        graph.metadata_props.add(key="classes", value=json.dumps(names, ensure_ascii=False))
    content: bytes = graph.SerializeToString()
    return content
