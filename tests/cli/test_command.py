"""The command line that is handed out gives the settings that it was made of."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.train.presets import PRESETS
from vae import jobs
from vae.cli import app
from vae.cli.command import command
from vae.config import RunConfig
from vae.jobs import Run

ODD = [
    jobs.complete({"model": {"kind": "ladder", "latent_dims": (3, 2), "widths": (9, 8)}}),
    jobs.complete({"objective": {"kind": "factor", "width": 50}, "train": {"seed": 3}}),
    jobs.complete({"model": {"likelihood": {"kind": "gaussian", "learn_scale": True}}}),
    jobs.complete({"data": {"name": "folder", "path": Path("/my images"), "size": 32}}),
    jobs.complete({"data": {"name": "sprites"}, "model": {"backbone": {"kind": "mlp"}}}),
    *(
        jobs.complete(
            {
                "data": {"name": name, "path": "/my images", "pixels": pixels},
                "model": {"likelihood": {"kind": likelihood}},
            }
        )
        for name in ("mnist", "folder")
        for pixels in ("dynamic", "grey")
        for likelihood in ("bernoulli", "continuous-bernoulli", "gaussian")
    ),
    jobs.complete({"train": {"changes": [{"step": 5, "weight": 2.0}]}}),
]


@pytest.mark.parametrize("config", [*(p.config for p in PRESETS), *ODD])
def test_command_gives_the_settings(config: RunConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Presets and odd settings survive the way through the command line."""
    built: list[RunConfig] = []

    def catch(path: Path, config: RunConfig, *_: object) -> None:
        built.append(config)
        raise SystemExit

    monkeypatch.setattr(Run, "create", catch)
    words = [*shlex.split(command(config))[3:], "--stand-in"]
    result = CliRunner().invoke(app, words)
    assert built == [config], result.output


def test_command_says_no_more_than_needed() -> None:
    """What is the default is not said."""
    assert command(jobs.complete({})) == "python -m vae train"
    assert command(jobs.complete({"data": {"name": "embedded"}, "train": {"epochs": 3}})) == (
        "python -m vae train --data embedded --epochs 3"
    )
