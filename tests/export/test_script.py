"""The script that is handed out trains as the library does."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from vae import jobs
from vae.config import RunConfig
from vae.data import load
from vae.errors import ExportError
from vae.export.script import script
from vae.training import State

SMALL = {"kind": "mlp", "hidden": (12, 8)}
CONV = {"kind": "conv", "channels": (3, 4), "hidden": 8}
VARIANTS: dict[str, dict[str, Any]] = {
    "vae": {"model": {"latent_dim": 3, "backbone": SMALL}, "objective": {"warmup_steps": 4}},
    "autoencoder": {"model": {"kind": "autoencoder", "backbone": SMALL}},
    "cvae, conv": {"model": {"kind": "cvae", "latent_dim": 3, "backbone": CONV}},
    "cvae": {"model": {"kind": "cvae", "latent_dim": 3, "backbone": SMALL}},
    "free bits, samples": {
        "model": {"latent_dim": 3, "backbone": SMALL},
        "objective": {"free_bits": 0.5, "samples": 3},
    },
    "capacity": {
        "model": {"latent_dim": 3, "backbone": SMALL},
        "objective": {"kind": "capacity", "gamma": 9, "capacity_steps": 5},
    },
    "beta-tc": {
        "model": {"latent_dim": 3, "backbone": SMALL},
        "objective": {"kind": "beta-tc", "alpha": 2, "beta": 6, "gamma": 3},
    },
    "dip-ii, tanh": {
        "model": {"latent_dim": 3, "backbone": SMALL | {"activation": "tanh"}},
        "objective": {"kind": "dip-ii", "diagonal": 3},
    },
    "iwae, cosine": {
        "model": {"latent_dim": 3, "backbone": SMALL},
        "objective": {"kind": "iwae", "samples": 4},
        "train": {"schedule": "cosine"},
    },
    "continuous Bernoulli": {
        "data": {"pixels": "grey"},
        "model": {
            "latent_dim": 3,
            "backbone": SMALL,
            "likelihood": {"kind": "continuous-bernoulli"},
        },
    },
    "Gaussian": {
        "data": {"pixels": "grey"},
        "model": {
            "latent_dim": 3,
            "backbone": CONV,
            "likelihood": {"kind": "gaussian", "learn_scale": True},
        },
    },
}


def config(given: dict[str, Any]) -> RunConfig:
    """Settings on a few embedded digits."""
    data = {"name": "embedded", "limit": 96} | given.get("data", {})
    train = {"epochs": 1, "batch_size": 32, "device": "cpu"} | given.get("train", {})
    return jobs.complete(given | {"data": data, "train": train})


@pytest.mark.parametrize("name", VARIANTS)
def test_its_losses_are_the_librarys(name: str) -> None:
    """From the same weights, on the same batches, with the same noise, three steps cost the same."""
    settings = config(VARIANTS[name])
    made: dict[str, Any] = {"__name__": "made"}
    exec(script(settings), made)
    state = State.new(settings, load(settings.data, "train"))
    model = made["Model"]()
    named = {name: p for name, p in state.model.named_parameters() if p.requires_grad}
    trained = [named[name] for name in sorted(named, key=lambda name: name != "pixels.log_scale")]
    for mine, theirs in zip(model.parameters(), trained, strict=True):
        mine.data.copy_(theirs)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.train.learning_rate)
    for step in range(3):
        batch = state.batches.next()
        state.prepare_step()
        optimizer.param_groups[0]["lr"] = state.optimizer.param_groups[0]["lr"]
        torch.manual_seed(step)
        found = made["terms"](model, batch.x, batch.y if made["CLASSES"] else None, step)
        torch.manual_seed(step)
        expected = state.objective(state.model, batch.x, batch.y, step)
        torch.testing.assert_close(found["loss"], expected.loss, rtol=1e-4, atol=1e-3)
        for loss, its in ((found["loss"], optimizer), (expected.loss, state.optimizer)):
            its.zero_grad()
            loss.backward()
            its.step()


def test_it_runs_alone(tmp_path: Path) -> None:
    """In an empty folder, without this program, it trains and saves."""
    path = tmp_path / "train.py"
    path.write_text(script(config(VARIANTS["iwae, cosine"])), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("epoch 1 loss ")
    assert (tmp_path / "model.pt").exists()


def test_what_has_no_script_says_so() -> None:
    """A ladder is referred to the command line."""
    with pytest.raises(ExportError, match="ladder VAE"):
        script(config({"model": {"kind": "ladder"}}))
