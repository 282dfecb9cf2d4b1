"""Trained models in the forms that others read: a checkpoint folder, or ONNX."""

from vae.export.folder import METRICS_FILE, export_checkpoint, write_metrics
from vae.export.onnx import DECODER_FILE, ENCODER_FILE, export_onnx

__all__ = [
    "DECODER_FILE",
    "ENCODER_FILE",
    "METRICS_FILE",
    "export_checkpoint",
    "export_onnx",
    "write_metrics",
]
