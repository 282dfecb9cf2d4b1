"""Data and settings so small that a training takes a moment."""

from pathlib import Path
from typing import Any

import torch

from vae.config import (
    AutoencoderConfig,
    BetaTcConfig,
    CapacityConfig,
    ConvConfig,
    CvaeConfig,
    DataConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    LadderConfig,
    MlpConfig,
    ModelConfig,
    ObjectiveConfig,
    ReconstructionConfig,
    RunConfig,
    Shape,
    TrainConfig,
    VaeConfig,
    VampPriorConfig,
)
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.training import State, advance

SHAPE: Shape = (1, 8, 8)
BACKBONE = MlpConfig(hidden=(8,))
VAE = VaeConfig(shape=SHAPE, backbone=BACKBONE, latent_dim=2)
MODELS: dict[str, ModelConfig] = {
    "autoencoder": AutoencoderConfig(shape=SHAPE, backbone=BACKBONE),
    "vae": VAE,
    "conv": VAE.replace(backbone=ConvConfig(channels=(2, 3), hidden=8)),
    "full": VAE.replace(posterior="full"),
    "vamp": VAE.replace(prior=VampPriorConfig(components=3)),
    "gaussian": VAE.replace(likelihood={"kind": "gaussian", "learn_scale": True}),
    "cvae": CvaeConfig(shape=SHAPE, backbone=BACKBONE, latent_dim=2, classes=3),
    "ladder": LadderConfig(shape=SHAPE, backbone=BACKBONE, latent_dims=(2, 1), widths=(6, 5)),
}
OBJECTIVES: list[ObjectiveConfig] = [
    ElboConfig(beta=2, warmup_steps=8, samples=2),
    ElboConfig(free_bits=0.1),
    CapacityConfig(capacity_steps=10),
    BetaTcConfig(),
    FactorConfig(width=8, learning_rate=1e-2),
    DipConfig(kind="dip-i"),
    DipConfig(kind="dip-ii"),
    IwaeConfig(samples=3),
]


def dataset(count: int = 24, *, labels: bool = True, shape: Shape = SHAPE) -> Dataset:
    """Random grey images of three classes."""
    noise = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (count, *shape), generator=noise, dtype=torch.uint8)
    classes = torch.arange(count) % 3 if labels else None
    return Dataset("tiny", TensorImages(pixels), classes, ("a", "b", "c"), "Tiny images")


def config(model: ModelConfig = VAE, **parts: Any) -> RunConfig:
    """A run on the tiny data: batches of 8, three steps an epoch, on the CPU."""
    data = DataConfig(name="folder", path=Path("nowhere"), size=8)
    train = TrainConfig(
        batch_size=8, epochs=4, device="cpu", precision="float32", learning_rate=1e-2
    )
    if isinstance(model, AutoencoderConfig):
        parts.setdefault("objective", ReconstructionConfig())
    return RunConfig(**{"data": data, "model": model, "train": train} | parts)


def advanced(state: State, steps: int) -> State:
    """The state, so many steps later."""
    for _ in range(steps):
        advance(state)
    return state
