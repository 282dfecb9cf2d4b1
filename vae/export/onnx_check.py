"""Whether exported graphs give what the model gives."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from vae.export.onnx import DECODER_FILE, ENCODER_FILE
from vae.models import Model

_IMAGES = 8


@torch.no_grad()
def onnx_error(model: Model, folder: Path) -> float:
    """The largest difference between the graphs under onnxruntime and the model, on noise.

    Over mu and logvar of the encoder and the pixel means of the decoder.
    """
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(_IMAGES, *model.config.shape, generator=generator)
    z = torch.randn(_IMAGES, model.latent_dim, generator=generator)
    y = torch.eye(max(1, model.classes))[torch.arange(_IMAGES) % max(1, model.classes)]
    labels = y if model.classes else None
    posterior = model.encode(x, labels)
    expected = {"mu": posterior.mu, "logvar": posterior.logvar, "x": model.decode(z, labels).mean}
    found = {**_run(folder / ENCODER_FILE, x=x, y=y), **_run(folder / DECODER_FILE, z=z, y=y)}
    return max(float(np.abs(found[name] - expected[name].numpy()).max()) for name in found)


def _run(path: Path, **inputs: torch.Tensor) -> dict[str, np.ndarray]:
    """A graph's outputs by name; inputs that it does not take are left out."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {each.name: inputs[each.name].numpy() for each in session.get_inputs()}
    names = [each.name for each in session.get_outputs()]
    return dict(zip(names, session.run(names, given), strict=True))
