"""Whether a model can take images, and where it is."""

import torch

from vae.data import Dataset
from vae.errors import DataError
from vae.models import Model


def check_fits(model: Model, data: Dataset) -> None:
    """DataError where a model cannot take these images."""
    if len(data) == 0:
        raise DataError(f"{data.name} holds no image; at least one is needed. Use other data.")
    if tuple(data.shape) != tuple(model.config.shape):
        raise DataError(
            f"{data.name} has images of {tuple(data.shape)}, the model takes {model.config.shape}. "
            "Choose the data that the model was trained on, or another model."
        )
    if not model.classes:
        return
    if data.labels is None:
        raise DataError(
            f"{data.name} has no labels, which a conditional model needs. Choose other data."
        )
    if (found := int(data.labels.max()) + 1) > model.classes:
        raise DataError(
            f"{data.name} has {found} classes, the model knows {model.classes}. Choose other data."
        )


def device_of(model: Model) -> torch.device:
    """Where a model's weights are."""
    return next(model.parameters()).device
