"""Trained models in the forms that others read: a checkpoint folder, ONNX, or layers for a browser.

What needs torch is imported when it is first asked for: the layers do without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vae.export.folder import export_checkpoint
    from vae.export.onnx import DECODER_FILE, ENCODER_FILE, export_onnx

__all__ = [
    "DECODER_FILE",
    "ENCODER_FILE",
    "export_checkpoint",
    "export_onnx",
]

_FROM = {
    "DECODER_FILE": "onnx",
    "ENCODER_FILE": "onnx",
    "export_onnx": "onnx",
    "export_checkpoint": "folder",
}


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FROM[name]}"), name)
