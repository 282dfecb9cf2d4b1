"""Zips as an attacker, another program or an accident would make them: a sentence each, and nothing left."""

import json
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.weights import hostile
from ui import catalogue
from vae import jobs
from vae.config import DataConfig
from vae.data import load
from vae.errors import DataError, RunError
from vae.export.layers import read_weights
from vae.jobs import archive
from vae.jobs.listing import imported
from vae.training import load_model
from vae.weights import read_header

CONFIG = hostile.CONFIG.model_dump_json().encode()
STATUS = {"state": "done"}


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> BytesIO:
    """Files in a zip, as they are."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as written:
        for name, content in files.items():
            written.writestr(name, content)
    buffer.seek(0)
    return buffer


def model(**files: bytes) -> BytesIO:
    """A sound model, but for the files given; a name's dots are written as __."""
    named = {name.replace("__", "."): content for name, content in files.items()}
    return zipped({"config.json": CONFIG, "model.safetensors": hostile.content()} | named)


def status(**changes: Any) -> bytes:
    """A status with something that cannot be."""
    return json.dumps(STATUS | changes).encode()


def lying() -> BytesIO:
    """A zip that says of its largest file that it has ten bytes."""
    size = 300_000
    raw = model(metrics__json=b" " * size).getvalue()
    return BytesIO(raw.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little")))


def crowded() -> BytesIO:
    """A zip of a hundred thousand empty files."""
    return zipped({f"{i:06}": b"" for i in range(100_000)}, zipfile.ZIP_STORED)


BAD: dict[str, Callable[[], BytesIO]] = {
    "settings of 100 MB": lambda: model(config__json=b'{"a": "' + b"x" * 100_000_000 + b'"}'),
    "settings of 900 kB": lambda: model(config__json=b'{"a": "' + b"x\\u1234" * 120_000 + b'"}'),
    "settings nested without end": lambda: model(config__json=b"[" * 100_000),
    "settings that are no text": lambda: model(config__json=b"\xff\xfe\x00"),
    "weights of 300 MB of zeros": lambda: model(model__safetensors=bytes(300_000_000)),
    "events of 60 MB of blanks": lambda: model(events__jsonl=b" " * 60_000_000),
    "a picture of 2 MB": lambda: zipped({"config.json": CONFIG, "samples/a.png": bytes(2**21)}),
    "a thousand pictures": lambda: zipped(
        {"config.json": CONFIG} | {f"samples/{i}.png": b"" for i in range(1000)}
    ),
    "a status that is none": lambda: model(status__json=status(state="x" * 900_000)),
    "a status of the year 9999": lambda: model(
        status__json=status(submitted="9999-12-31T23:59:59Z")
    ),
    "a status with what it has not": lambda: model(status__json=status(**{"y" * 5000: 1})),
    "settings of another model": lambda: model(
        config__json=json.dumps(hostile.settings(hostile.WIDE)).encode()
    ),
    "a moment that is none": lambda: zipped(
        {
            "config.json": CONFIG,
            "model.safetensors": hostile.content(),
            "snapshots/step-00000001.safetensors": b"no moment",
        }
    ),
    "a size that is a lie": lying,
    "a hundred thousand files": crowded,
} | {
    f"weights: {name}": lambda made=made: model(model__safetensors=made())
    for name, made in (hostile.HEADS | hostile.TOLD | hostile.UNFIT).items()
    if name != "pictures, no model"
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of runs."""
    return tmp_path / "runs"


@pytest.mark.parametrize("name", BAD)
def test_bad_zips_are_refused(name: str, root: Path) -> None:
    """A sentence of sane length, little memory, and no file."""
    file = BAD[name]()
    tracemalloc.start()
    try:
        with pytest.raises(RunError) as caught:
            archive.unpack(file, root)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 600
    assert ".import-" not in str(caught.value)
    assert peak < 64 * 2**20
    assert [path for path in root.iterdir() if not path.name.endswith(".lock")] == []


def test_a_sound_zip_comes_in(root: Path) -> None:
    """The zip that the bad ones were made from is none of them."""
    assert archive.unpack(model(), root).is_dir()


def test_backslashes_separate_folders(root: Path) -> None:
    """A zip as Windows may write it holds the same model."""
    files = {"small\\config.json": CONFIG, "small\\model.safetensors": hostile.content()}
    folder = archive.unpack(zipped(files), root)
    assert folder.name == "small"
    assert imported(root) == [folder]


def test_a_place_is_not_taken_over(tmp_path: Path, root: Path) -> None:
    """Neither settings nor weights keep where images lay; that they are not here is said on loading."""
    data = DataConfig(name="folder", path=tmp_path, size=8)
    config = hostile.CONFIG.replace(data=data)
    told = config.model_dump(mode="json")
    tensors = {f"model.{name}": array for name, array in hostile.weights().items()}
    files = {
        "config.json": config.model_dump_json().encode(),
        "model.safetensors": hostile.content(config=told),
        "snapshots/step-00000001.safetensors": hostile.content(
            tensors, kind="snapshot", config=told
        ),
    }
    folder = archive.unpack(zipped(files), root)
    for path in folder.rglob("*.*"):
        assert str(tmp_path).encode() not in path.read_bytes()
    for path in folder.rglob("*.safetensors"):
        assert read_header(path).config.data.path is None
        assert read_weights(path).keys() == hostile.weights().keys()
    [entry] = catalogue.look(tmp_path / "none", root).entries.values()
    with pytest.raises(DataError, match="does not say where"):
        load(entry.config.data, "test")
    assert load_model(folder).config.data.path is None


NUMBERS = {
    "metrics.json": b'{"active_units": Infinity, "elbo": 1e999, "nll": -1e300, "kl": NaN, "recon": true,'
    b' "kl_per_unit": [1e999], "posterior_range": [[-1e300, 1e300]]}',
    "about.json": b'{"title": "' + b"x" * 5000 + b'"}',
    "events.jsonl": b'{"kind": "epoch", "step": 1, "epoch": 1e400, "train": {}, "held_out": {},'
    b' "kl_per_unit": [1]}\n{"kind": "step"' + b" " * 200_000 + b"\n",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"held_out": {"loss": 1e999, "recon": float("inf"), "kl": 1.0}},
        {"seconds": 1e300, "images_per_second": float("inf"), "epoch": -1e300},
        {"epoch": 10**400, "step": 10**400, "total_steps": 10**30},
    ],
)
def test_numbers_of_a_zip_are_finite_or_absent(changes: dict[str, Any], root: Path) -> None:
    """A model with numbers that are none is listed, with those that are."""
    tensors = {f"model.{name}": array for name, array in hostile.weights().items()}
    state = hostile.content(tensors, kind="state")
    sound = {"config.json": CONFIG, "last.safetensors": state, "status.json": status(**changes)}
    run = archive.unpack(zipped(sound | NUMBERS), root)
    alone = archive.unpack(
        zipped({"config.json": CONFIG, "model.safetensors": hostile.content()} | NUMBERS), root
    )
    found = catalogue.look(root / "none", root)
    assert found.entries.keys() == {f"runs/{run.name}", f"runs/{alone.name}"}
    assert not found.problems
    for entry in found.entries.values():
        assert all(abs(number) < 1e16 for number in catalogue.numbers(entry).values())
        assert entry.kl_per_unit == ()
        assert entry.posterior_range == ()
    read = jobs.Run(run).status
    assert (read.seconds, read.images_per_second, read.epoch, read.step) == (0, 0, 0, 0)
    assert read.held_out.keys() <= {"kl"}
    assert jobs.Run(run).events().events == []
