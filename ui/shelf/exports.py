"""A model as files to take away, made when they are asked for."""

import json
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from ui import cached
from ui.shelf.cards import Card
from vae import jobs
from vae.errors import ExportError
from vae.export.card import model_card
from vae.jobs.archive import pack

TOLERANCE = 1e-4
"""What an exported graph may differ by; float32 on another engine differs by some 1e-6."""
CARD = "README.md"


def card_text(card: Card) -> str:
    """The model card, in Markdown."""
    return model_card(
        card.title, card.entry.config, card.numbers, note=card.about.note, data=card.data
    )


def whole(card: Card) -> bytes:
    """A zip that `Import` takes: weights, settings, numbers, and the training where there is one."""
    further = {CARD: card_text(card).encode()}
    if card.is_run:  # a run has its numbers in its status
        further["metrics.json"] = json.dumps(dict(card.numbers)).encode()
    return pack(card.entry.folder, further)


def onnx(card: Card) -> bytes:
    """A zip of encoder.onnx and decoder.onnx, compared with the model under onnxruntime.

    Raises:
        ExportError: the graphs do not give what the model gives.
    """
    cached.load_torch()
    from vae.export.onnx import export_onnx  # noqa: PLC0415 - torch
    from vae.export.onnx_check import onnx_error  # noqa: PLC0415
    from vae.training import load_model  # noqa: PLC0415

    checkpoint = load_model(card.entry.weights)
    buffer = BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(buffer, "w") as archive:
        folder = Path(name)
        graphs = export_onnx(checkpoint, folder)
        error = onnx_error(checkpoint.model, folder)
        if error > TOLERANCE:
            raise ExportError(
                f"The ONNX graphs differ from the model by {error:.1e}. Export a checkpoint instead."
            )
        for path in graphs:
            archive.write(path, path.name)
        said = f"\nThe ONNX graphs differ from PyTorch by at most {error:.1e} under onnxruntime.\n"
        archive.writestr(CARD, card_text(card) + said)
    return buffer.getvalue()


def tensorboard(card: Card) -> bytes:
    """The training's curves as a TensorBoard event file."""
    from vae.export.tensorboard import tensorboard_bytes  # noqa: PLC0415 - slow to import

    return tensorboard_bytes(jobs.Run(card.entry.folder).events().events)
