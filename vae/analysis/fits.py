"""Whether a model can take images, and where it is."""

import torch

from vae.data import Dataset
from vae.data.matching import matched
from vae.errors import DataError
from vae.models import Model


def fitting(model: Model, data: Dataset) -> Dataset:
    """The data with its labels as the model counts them; DataError where it cannot take the images."""
    if len(data) == 0:
        raise DataError(f"{data.name} holds no image; at least one is needed. Use other data.")
    if tuple(data.shape) != tuple(model.config.shape):
        raise DataError(
            f"{data.name} has images of {tuple(data.shape)}, the model takes {model.config.shape}. "
            "Choose the data that the model was trained on, or another model."
        )
    return matched(data, model.config)


def device_of(model: Model) -> torch.device:
    """Where a model's weights are."""
    return next(model.parameters()).device
