"""Small models of every kind that the settings can express, with weights that are not their first."""

import json
from pathlib import Path
from typing import Any

import torch

from vae import models
from vae.config import ModelConfig, RunConfig, parse
from vae.training import Checkpoint, write_model

CONV = {"kind": "conv", "channels": [4, 6], "hidden": 16}
MLP = {"kind": "mlp", "hidden": [24, 12]}
GREY = {"kind": "gaussian"}
CONTINUOUS = {"kind": "continuous-bernoulli"}

CONFIGS: dict[str, dict[str, Any]] = {
    "autoencoder": {"kind": "autoencoder", "backbone": MLP},
    "autoencoder-conv": {"kind": "autoencoder", "backbone": CONV},
    "vae": {"kind": "vae", "backbone": MLP},
    "vae-conv": {"kind": "vae", "backbone": CONV},
    "vae-wide": {"kind": "vae", "latent_dim": 2},
    "vae-one-unit": {"kind": "vae", "latent_dim": 1, "posterior": "full", "backbone": MLP},
    "vae-full": {"kind": "vae", "latent_dim": 5, "posterior": "full", "backbone": MLP},
    "vae-vamp": {"kind": "vae", "backbone": CONV, "prior": {"kind": "vamp", "components": 3}},
    "vae-gaussian": {"kind": "vae", "backbone": MLP, "likelihood": GREY},
    "vae-continuous": {"kind": "vae", "backbone": MLP, "likelihood": CONTINUOUS},
    "vae-colour": {"kind": "vae", "backbone": CONV, "shape": [3, 16, 24]},
    "vae-colour-mlp": {"kind": "vae", "backbone": MLP, "shape": [3, 9, 11], "likelihood": GREY},
    "vae-one-layer": {"kind": "vae", "backbone": {"kind": "mlp", "hidden": [7]}},
    "sprites": {
        "kind": "vae",
        "shape": [1, 64, 64],
        "backbone": {"kind": "conv", "channels": [3, 4, 5, 6], "hidden": 10},
    },
    "cvae": {"kind": "cvae", "backbone": MLP, "classes": 4},
    "cvae-conv": {"kind": "cvae", "backbone": CONV, "classes": 3, "posterior": "full"},
    "cvae-digits": {"kind": "cvae", "backbone": MLP, "classes": 10},
    "ladder": {"kind": "ladder", "latent_dims": [6, 3], "widths": [12, 8], "backbone": MLP},
    "ladder-three": {
        "kind": "ladder",
        "latent_dims": [5, 3, 2],
        "widths": [12, 8, 4],
        "backbone": CONV,
        "likelihood": CONTINUOUS,
    },
}
for _name in ("relu", "leaky-relu", "elu", "silu", "tanh"):
    for _backbone in (MLP, CONV):
        CONFIGS[f"{_backbone['kind']}-{_name}"] = {
            "kind": "vae",
            "latent_dim": 3,
            "backbone": {**_backbone, "activation": _name},
        }


def make(name: str) -> models.Model:
    """The model of that name; its weights are large enough that every activation bends."""
    torch.manual_seed(0)
    model = models.build(parse(ModelConfig, CONFIGS[name]))  # type: ignore[arg-type]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5).add_(0.05 * torch.randn_like(parameter))
    return model.eval().requires_grad_(False)


def write_checkpoint(name: str, folder: Path) -> None:
    """The model as a checkpoint folder, with the KL of each unit: less and less, the last one none."""
    model = make(name)
    config = RunConfig(model=model.config)
    details = {"version": 1, "step": 0, "config": config.model_dump(mode="json")}
    (folder / name).mkdir(parents=True)
    checkpoint = Checkpoint(model, config, 0, folder, details)
    write_model(folder / name / "model.safetensors", checkpoint)
    (folder / name / "config.json").write_text(config.model_dump_json(), encoding="utf-8")
    kl = [2.0 / (1 + unit) for unit in range(model.latent_dim - 1)] + [0.0]
    metrics = {"kl_per_unit": kl, "elbo": -100.0}
    (folder / name / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
