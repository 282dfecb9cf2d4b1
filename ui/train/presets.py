"""Trainings by purpose: a start that works, to be changed from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vae import jobs
from vae.config import RunConfig


@dataclass(frozen=True)
class Preset:
    """Settings for a purpose."""

    name: str
    about: str
    """What is to be seen when it is done."""
    given: Mapping[str, Mapping[str, Any]]

    @property
    def config(self) -> RunConfig:
        """The whole settings."""
        return jobs.complete(self.given)


TWO_LAYERS = {"kind": "mlp", "hidden": (400, 200)}

PRESETS = (
    Preset(
        "Two dimensions, one minute",
        "A code of two numbers: all that the model knows fits on one map.",
        {
            "data": {"name": "embedded"},
            "model": {"kind": "vae", "latent_dim": 2, "backbone": TWO_LAYERS},
            "train": {"epochs": 60, "batch_size": 64},
        },
    ),
    Preset(
        "Sharp digits",
        "Sixteen units and convolutions: digits almost as good as written.",
        {
            "data": {"name": "mnist"},
            "model": {"kind": "vae", "latent_dim": 16, "backbone": {"kind": "conv"}},
            "train": {"epochs": 20, "schedule": "cosine"},
        },
    ),
    Preset(
        "Conditional",
        "The label is given, so z is left with the handwriting: one style, ten digits.",
        {
            "data": {"name": "mnist"},
            "model": {"kind": "cvae", "latent_dim": 16},
            "train": {"epochs": 20},
        },
    ),
    Preset(
        "Disentangle sprites",
        "Beta-TC presses the units apart: position, size and shape on sliders of their own.",
        {
            "data": {"name": "sprites", "limit": 100_000},
            "model": {"kind": "vae", "latent_dim": 10},
            "objective": {"kind": "beta-tc", "beta": 6},
            "train": {"epochs": 20, "batch_size": 512},
        },
    ),
    Preset(
        "Hierarchical",
        "Two latent layers: the top one decides what, the one below how.",
        {
            "data": {"name": "mnist"},
            "model": {"kind": "ladder", "latent_dims": (12, 4)},
            "objective": {"kind": "elbo", "warmup_steps": 2000},
            "train": {"epochs": 20},
        },
    ),
    Preset(
        "A published protocol",
        "Burda et al. 2016, one layer, five samples: their network and batches; 100 epochs instead "
        "of 3,280, with a cosine for their steps of the learning rate.",
        {
            "data": {"name": "mnist"},
            "model": {
                "kind": "vae",
                "latent_dim": 50,
                "backbone": {"kind": "mlp", "hidden": (200, 200), "activation": "tanh"},
            },
            "objective": {"kind": "iwae", "samples": 5},
            "train": {"epochs": 100, "batch_size": 20, "schedule": "cosine"},
        },
    ),
    Preset(
        "Autoencoder, for contrast",
        "No prior and no KL: good copies, and holes between the codes.",
        {
            "data": {"name": "embedded"},
            "model": {"kind": "autoencoder", "latent_dim": 2, "backbone": TWO_LAYERS},
            "train": {"epochs": 60, "batch_size": 64},
        },
    ),
)
BY_NAME = {preset.name: preset for preset in PRESETS}
