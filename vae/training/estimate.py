"""What a training will take: memory from its shapes, time from a few real steps."""

import time
from dataclasses import dataclass

import psutil
import torch
from torch import nn

from vae import models
from vae.config import CvaeConfig, RunConfig
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.errors import DeviceError
from vae.training.engine import advance
from vae.training.state import State

SECONDS = 1.0
"""Of measuring."""
MOST_STEPS = 30
STATES = 4
"""Copies of every weight: itself, its gradient, and Adam's two moments."""
USUAL_CLASSES = 10
PASSES = 2
"""Copies of every layer's output: on the way, and its gradient."""


@dataclass(frozen=True)
class Estimate:
    """What one step takes here."""

    seconds: float
    memory: int
    """Bytes at most, besides the data."""


def measure(config: RunConfig) -> Estimate:
    """Take a few real steps on random images, on this machine as busy as it is.

    Raises:
        DeviceError: the training would not fit into the memory.
    """
    needed = check_memory(config)
    config = _sized(config)
    state = State.new(config, _noise(config))
    advance(state)  # the first one allocates, and does not count
    begin, steps, spent = time.perf_counter(), 0, 0.0
    while steps < MOST_STEPS and spent < SECONDS:
        advance(state)
        steps += 1
        spent = time.perf_counter() - begin
    return Estimate(spent / steps, needed)


def check_memory(config: RunConfig) -> int:
    """Bytes that a training needs besides its data; DeviceError where this machine has less.

    A graphics card has a memory of its own, which says itself when it is full.
    """
    needed, there = memory(config), psutil.virtual_memory().available
    on_cpu = config.train.device == "cpu" or (
        config.train.device == "auto" and not torch.cuda.is_available()
    )
    if on_cpu and needed > there:
        raise DeviceError(
            f"This training needs about {_gigabytes(needed)} of memory, {_gigabytes(there)} are free. "
            "Choose a smaller batch size, or smaller layers."
        )
    return needed


def memory(config: RunConfig) -> int:
    """Bytes of weights, gradients, moments and the outputs of all layers, found without computing."""
    outputs = 0

    def count(module: nn.Module, given: object, out: object) -> None:
        nonlocal outputs
        if isinstance(out, torch.Tensor):
            outputs += out.numel()

    with torch.device("meta"):
        model = models.build(_sized(config).model)
        hooks = [m.register_forward_hook(count) for m in model.modules() if not [*m.children()]]
        x = torch.empty(1, *config.model.shape)
        y = torch.zeros(1, dtype=torch.long) if model.classes else None
        model.decode(model.encode(x, y).mu, y)
    for hook in hooks:
        hook.remove()
    weights = sum(parameter.numel() for parameter in model.parameters())
    samples = getattr(config.objective, "samples", 1)
    return 4 * (STATES * weights + PASSES * outputs * config.train.batch_size * samples)


def _sized(config: RunConfig) -> RunConfig:
    """The settings with some number of classes, as long as no data has said it."""
    model = config.model
    if not isinstance(model, CvaeConfig) or model.classes:
        return config
    return config.replace(model=model.replace(classes=USUAL_CLASSES))


def _noise(config: RunConfig) -> Dataset:
    """Images of the right shape, of which no more are made than a batch holds."""
    generator = torch.Generator().manual_seed(0)
    size = (config.train.batch_size, *config.model.shape)
    pixels = torch.randint(0, 256, size, generator=generator, dtype=torch.uint8)
    classes = config.model.labels if isinstance(config.model, CvaeConfig) else USUAL_CLASSES
    labels = torch.arange(len(pixels)) % classes
    names = tuple(str(number) for number in range(classes))
    return Dataset("noise", TensorImages(pixels), labels, names, "Noise")


def _gigabytes(size: int) -> str:
    return f"{size / 2**30:,.1f} GB"
