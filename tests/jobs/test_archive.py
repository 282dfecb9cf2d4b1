"""A model travels in a zip, and a zip from anywhere is looked at before it is a model."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.ui import tiny
from vae import jobs
from vae.errors import RunError
from vae.jobs import archive
from vae.jobs.listing import imported
from vae.training import load_model


def _zip(**files: bytes) -> BytesIO:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    buffer.seek(0)
    return buffer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of runs of whoever imports."""
    return tmp_path / "runs"


def test_a_training_goes_on_where_it_is_unpacked(tmp_path: Path, root: Path) -> None:
    """State, settings and status travel; what was said to be training is stopped."""
    run = tiny.stopped_run(tmp_path / "elsewhere", tiny.config())
    run.write_status(run.status.model_copy(update={"state": "running", "step": 7}))
    copy = jobs.Run.open(archive.unpack(BytesIO(archive.pack(run.path)), root))
    assert copy.last.read_bytes() == run.last.read_bytes()
    assert (copy.status.state, copy.status.step) == ("stopped", 7)
    assert [entry.run for entry in jobs.runs(root)] == [copy]


def test_a_checkpoint_lies_among_the_runs(tmp_path: Path, root: Path) -> None:
    """A model without its training is listed apart, and can be loaded."""
    shipped = tiny.ship(tmp_path / "vae", tiny.config(), elbo=-90.0)
    folder = archive.unpack(BytesIO(archive.pack(shipped, {"README.md": b"card"})), root)
    assert imported(root) == [folder]
    assert jobs.runs(root) == []
    assert load_model(folder).config == tiny.config()
    assert json.loads((folder / "metrics.json").read_text())["elbo"] == -90
    assert not (folder / "README.md").exists()


def test_only_what_belongs_to_a_model_is_taken_out(tmp_path: Path, root: Path) -> None:
    """Nothing is written outside the folder, and no file that nobody knows."""
    packed = BytesIO(archive.pack(tiny.ship(tmp_path / "vae", tiny.config())))
    with zipfile.ZipFile(packed, "a") as written:
        for name in ("vae/../../escaped.json", "/etc/x", "vae/run.py", "vae/model.pkl"):
            written.writestr(name, "bad")
    folder = archive.unpack(packed, root)
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "metrics.json",
        "model.safetensors",
    }
    assert not list(tmp_path.rglob("escaped.json"))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (BytesIO(b"not a zip"), "no whole zip file"),
        (BytesIO(), "no whole zip file"),
        (_zip(readme=b"hello"), "holds no model"),
        (_zip(**{"config.json": b'{"data": 3}'}), "cannot be used"),
        (_zip(**{"config.json": tiny.config().model_dump_json().encode()}), "neither"),
        (
            _zip(
                **{
                    "config.json": tiny.config().model_dump_json().encode(),
                    "model.safetensors": b"\x80\x04K.",
                }
            ),
            "cannot be used",
        ),
    ],
    ids=["no zip", "empty", "no model", "settings", "no weights", "pickled"],
)
def test_a_bad_zip_is_a_sentence(file: BytesIO, told: str, root: Path) -> None:
    """It says what is missing, and leaves nothing behind."""
    with pytest.raises(RunError, match=told):
        archive.unpack(file, root)
    assert list(root.iterdir()) == []


def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path) -> None:
    """What comes out is counted, whatever the zip says of itself."""
    monkeypatch.setattr(archive, "LIMIT", 2000)
    packed = archive.pack(tiny.ship(tmp_path / "vae", tiny.config()))
    with pytest.raises(RunError, match="more than"):
        archive.unpack(BytesIO(packed), root)
    assert list(root.iterdir()) == []
