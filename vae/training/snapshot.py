"""A moment of a training, small: what shows how far the model was, and can be gone on from.

Measured on the same held-out images each time, with noise of their own: a training with snapshots
is, bit for bit, the training without.
"""

from pathlib import Path
from typing import Literal

import torch

from vae import models
from vae.config import CvaeConfig, RunConfig
from vae.data import Dataset
from vae.data.binarise import binarise
from vae.data.matching import matched
from vae.errors import CheckpointError
from vae.training.checkpoint import Tensors, header_of, load_model, write_tensors
from vae.training.settled import named_as_before, unnamed
from vae.training.state import State, half_of

POINTS = 400
"""Held-out images whose codes are kept."""
PICTURES = 10
"""Of these, so many are shown with their reconstructions: one of each class where that is possible."""
CODES = 20
"""Codes of the prior that are decoded; the same ones at every moment, as far as the prior is."""
MOST_CLASSES = 10

Extent = Literal["whole", "decoder"]
"""Which of the model's weights a snapshot holds."""


class Witness:
    """The held-out images, and what they show at a moment."""

    def __init__(self, state: State, data: Dataset) -> None:
        data = matched(data, state.config.model)
        order, device = _order(data), state.hardware.device
        values = data.images.take(order).cpu()
        grey = state.config.data.pixels == "grey" or data.images.binary
        x = values.float() / 255 if grey else binarise(values, torch.Generator().manual_seed(0))
        self._x = x.to(device)
        self._y = None if data.labels is None else data.labels[order].to(device)
        self._classes = data.classes

    def write(self, path: Path, state: State) -> None:
        """Write the pictures and the labels, -1 where there are none: once for all snapshots."""
        x = self._x[:PICTURES].mul(255).round().byte()
        y = self._y if self._y is not None else torch.full((len(self._x),), -1)
        about = {**header_of(state, "held-out"), "classes": list(self._classes)}
        write_tensors(path, {"pictures": x, "labels": y.to(torch.int32)}, about)

    @torch.no_grad()
    def snapshot(self, path: Path, state: State, extent: Extent = "whole") -> None:
        """Write the moment that the training has come to; weights and codes as float16."""
        noise = torch.Generator(state.hardware.device)
        state.model.eval()
        found = state.model.infer(self._x, self._y, 1, noise.manual_seed(0))
        codes = state.model.prior.sample(CODES, noise.manual_seed(0))
        kl, recon = found.kl[0].mean(0), found.recon.mean()
        state.model.train()
        tensors = _weights(state.model, extent)
        tensors |= {"mu": found.posterior.mu.half(), "codes": codes.half()}
        measured = {"epoch": state.epoch, "recon": recon.item(), "kl_per_unit": kl.tolist()}
        write_tensors(path, tensors, {**header_of(state, "snapshot"), **measured}, flush=False)


def snapshot_size(model: models.Model, extent: Extent = "whole") -> int:
    """Bytes that a snapshot takes, but for what does not matter."""
    return sum(2 * tensor.numel() for tensor in _weights(model, extent).values())


def named_as_in(config: RunConfig, path: Path, data: Dataset) -> RunConfig:
    """The settings with the classes of the weights that a training begins with.

    Raises:
        CheckpointError: there are no weights, or damaged ones.
    """
    found = named_as_before(load_model(path).config, data).model
    if not isinstance(config.model, CvaeConfig) or not isinstance(found, CvaeConfig):
        return config
    model = config.model.replace(classes=found.classes, names=found.names)
    return config.replace(model=model)


def begin_from(state: State, path: Path) -> None:
    """Give a new training the weights of a snapshot, a checkpoint or a run.

    Raises:
        CheckpointError: weights of another model, or a decoder without its encoder.
    """
    found = load_model(path)
    if unnamed(found.config.model) != unnamed(state.config.model):
        raise CheckpointError(
            f"{path} holds the weights of another model than the settings ask for. "
            "Keep the settings of its model, or begin from scratch."
        )
    state.model.load_state_dict(found.model.state_dict())


def _weights(model: models.Model, extent: Extent) -> Tensors:
    return {
        f"model.{name}": tensor.half()
        for name, tensor in model.state_dict().items()
        if extent == "whole" or half_of(name) == "decoder"
    }


def _order(data: Dataset) -> torch.Tensor:
    """The first images, those that are shown in front."""
    count = min(POINTS, len(data))
    if data.labels is None or len(data.classes) > MOST_CLASSES:
        return torch.arange(count)
    labels = data.labels[: 10 * POINTS]
    first = [int(places[0]) for c in range(MOST_CLASSES) if len(places := (labels == c).nonzero())]
    rest = [place for place in range(len(data)) if place not in first]
    return torch.tensor([*first, *rest][:count])
