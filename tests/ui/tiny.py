"""Models too small to be of use, made in no time: what the interface's tests look at."""

import json
from pathlib import Path
from typing import Any

import torch

from vae import jobs
from vae.config import RunConfig
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.training import State, advance, save_model, save_state


def config(model: dict[str, Any] | None = None, **sections: dict[str, Any]) -> RunConfig:
    """Settings with a network of 8 hidden units."""
    small = {"kind": "vae", "latent_dim": 3, "backbone": {"kind": "mlp", "hidden": (8,)}}
    model = {**small, **(model or {})}
    if model["kind"] == "ladder":
        del model["latent_dim"]
    data = {"data": {"name": "embedded"}} | sections
    return jobs.complete({"model": model, **data})


def state(settings: RunConfig) -> State:
    """An untrained model of these settings, for noise of the right shape."""
    pixels = torch.randint(0, 256, (20, *settings.model.shape), dtype=torch.uint8)
    labels = torch.arange(20) % getattr(settings.model, "classes", 10)
    return State.new(settings, Dataset("noise", TensorImages(pixels), labels, (), "Noise"))


def ship(folder: Path, settings: RunConfig, of: State | None = None, **metrics: Any) -> Path:
    """A folder as it ships: weights, settings and what was measured."""
    folder.mkdir(parents=True)
    save_model(folder / "model.safetensors", of or state(settings))
    (folder / "config.json").write_text(settings.model_dump_json(), encoding="utf-8")
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return folder


def stopped_run(root: Path, settings: RunConfig) -> jobs.Run:
    """A run that was stopped after it had saved a model."""
    run = jobs.new_run(root, settings, "stopped")
    save_state(run.last, state(settings))
    return run


def train_a_little(run: jobs.Run) -> None:
    """Give a run weights that one step has moved."""
    moved = state(run.config)
    advance(moved)
    save_state(run.last, moved)
