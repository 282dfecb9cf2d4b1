"""The models that ship: whole, small, honest about where they come from and how good they are."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts import ship
from vae import analysis, training
from vae.cli import app
from vae.config import DataConfig, RunConfig, parse
from vae.data import load
from vae.jobs import Run
from vae.training.settled import settled

FOLDER = Path(__file__).parents[2] / "checkpoints"
SHIPPED = sorted(path.parent for path in FOLDER.glob("*/config.json"))
EXPECTED = {
    *("autoencoder-z2", "vae-z2", "vae-z16", "cvae-z16", "ladder", "fashion-z16"),
    *(f"beta-{beta}" for beta in ("0.25", "0.5", "1", "2", "4", "8", "16")),
    *("sprites-vae", "sprites-beta-4", "sprites-beta-tc"),
}


def read(path: Path) -> dict[str, Any]:
    """A JSON file."""
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_all_are_there() -> None:
    """What the README promises is in the folder."""
    assert {folder.name for folder in SHIPPED} == EXPECTED


def test_they_are_small() -> None:
    """All of them together take less than 40 MB."""
    assert sum(file.stat().st_size for file in FOLDER.rglob("*")) < 40e6


def test_the_table_says_what_was_measured() -> None:
    """The folder's README is written from the measurements that lie beside it."""
    assert (FOLDER / "README.md").read_text() == ship.table()


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_no_place_is_left(folder: Path) -> None:
    """Settings name no folder of the machine that they were trained on."""
    assert parse(RunConfig, (folder / "config.json").read_text()).data.path is None
    assert training.load_model(folder).config.data.path is None


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_provenance(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command in the provenance gives the settings that the checkpoint holds, with its data's classes."""
    built: list[RunConfig] = []

    def catch(path: Path, config: RunConfig, *_: object) -> None:
        built.append(config)
        raise SystemExit

    monkeypatch.setattr("vae.cli.train.check_there", lambda *_, **__: None)  # MNIST may not be
    monkeypatch.setattr(Run, "create", catch)
    command = read(folder / "provenance.json")["commands"][0]
    CliRunner().invoke(app, shlex.split(command.removeprefix("python -m vae ")))
    digits = load(DataConfig(name="embedded"), "test")
    assert [settled(each, digits) for each in built] == [training.load_model(folder).config]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_metrics(folder: Path) -> None:
    """A few held-out images give about the reconstruction that its measurements say."""
    checkpoint = training.load_model(folder)
    config = checkpoint.config.data
    if config.name == "fashion-mnist":
        pytest.skip("its images are not on every machine")
    name = "embedded" if config.name == "mnist" else config.name
    images = load(DataConfig(name=name, pixels=config.pixels), "test").first(400)
    found = analysis.evaluate(checkpoint.model, images, samples=1, pixels=config.pixels)
    assert found.recon == pytest.approx(read(folder / "metrics.json")["recon"], rel=0.08)
