"""Files of weights: what is written is read, and nothing else is."""

import errno
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save as to_safetensors

from tests.training import tiny
from vae.errors import CheckpointError, RunError, VaeError
from vae.training import State, advance, load_model, load_state, save_model, save_state, write_model


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A sound file."""
    path = tmp_path / "model.safetensors"
    save_model(path, State.new(tiny.config(), tiny.dataset()))
    return path


def rewrite(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    """Change the metadata of a file of weights."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    change(metadata)
    path.write_bytes(to_safetensors(tensors, metadata))


def change_header(path: Path, **changes: Any) -> None:
    """Change keys of the JSON header; None drops one."""

    def change(metadata: dict[str, str]) -> None:
        header = json.loads(metadata["header"]) | changes
        header = {name: value for name, value in header.items() if value is not None}
        metadata["header"] = json.dumps(header)

    rewrite(path, change)


@pytest.mark.parametrize("kind", tiny.MODELS)
@pytest.mark.parametrize("whole", [False, True], ids=["model", "state"])
def test_every_model_comes_back(kind: str, whole: bool, tmp_path: Path) -> None:
    """A model read from a file, of weights or of a whole training, decodes to the same picture."""
    state = State.new(tiny.config(tiny.MODELS[kind]), tiny.dataset())
    advance(state)
    path = tmp_path / "some.safetensors"
    (save_state if whole else save_model)(path, state)
    loaded = load_model(path)
    z = torch.randn(2, state.model.latent_dim)
    y = torch.tensor([0, 2]) if state.model.classes else None
    assert torch.equal(loaded.model.decode(z, y).mean, state.model.decode(z, y).mean)
    assert (loaded.config, loaded.step, loaded.path) == (state.config, 1, path)
    assert not loaded.model.training


def test_folder_of_a_run_or_checkpoint(tmp_path: Path) -> None:
    """A folder stands for its weights: the exported model before the last state."""
    state = State.new(tiny.config(), tiny.dataset())
    save_state(tmp_path / "last.safetensors", state)
    assert load_model(tmp_path).path.name == "last.safetensors"
    save_model(tmp_path / "model.safetensors", state)
    assert load_model(tmp_path).path.name == "model.safetensors"


def test_half_precision_is_read_as_single(model_file: Path) -> None:
    """float16 on disk, float32 in memory, the settings untouched."""
    whole = load_model(model_file)
    half_file = model_file.with_name("half.safetensors")
    write_model(half_file, whole, half=True)
    half = load_model(half_file)
    assert half.config == whole.config
    for ours, theirs in zip(half.model.parameters(), whole.model.parameters(), strict=True):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


def test_file_may_begin_like_a_pickle(model_file: Path) -> None:
    """A header 128 bytes long modulo 256 gives a pickle's first byte, and is no pickle."""
    for padding in range(256):

        def pad(metadata: dict[str, str], padding: int = padding) -> None:
            metadata["note"] = "x" * padding

        rewrite(model_file, pad)
        if model_file.read_bytes().startswith(b"\x80"):
            load_model(model_file)
            return
    pytest.fail("no padding led to such a file")


def test_pickle_is_refused(tmp_path: Path) -> None:
    """torch.save's files could run code: they are not even opened, and the reason is given."""
    for name, options in [("new", True), ("old", False)]:
        path = tmp_path / name
        torch.save({"weight": torch.ones(2)}, path, _use_new_zipfile_serialization=options)
        with pytest.raises(CheckpointError, match="pickled"):
            load_model(path)


def test_compressed_file_is_refused(tmp_path: Path) -> None:
    """Nor is a compressed one unpacked."""
    path = tmp_path / "model.pt.gz"
    path.write_bytes(gzip.compress(b"weights"))
    with pytest.raises(CheckpointError, match="pickled"):
        load_model(path)


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_truncated_file(model_file: Path, keep: int) -> None:
    """Half a file is called damaged, wherever it was cut."""
    model_file.write_bytes(model_file.read_bytes()[:keep])
    with pytest.raises(CheckpointError, match="damaged"):
        load_model(model_file)


def test_text_file(tmp_path: Path) -> None:
    """Something else altogether is called no safetensors file."""
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes on variational autoencoders.")
    with pytest.raises(CheckpointError, match="no safetensors file"):
        load_model(path)


def test_foreign_weights(tmp_path: Path) -> None:
    """Weights of another program are sound, but not ours."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(to_safetensors({"weight": torch.ones(2)}, {"format": "pt"}))
    with pytest.raises(CheckpointError, match="another program"):
        load_model(path)


def test_weights_without_metadata(tmp_path: Path) -> None:
    """So are weights that say nothing of themselves."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(to_safetensors({"weight": torch.ones(2)}))
    with pytest.raises(CheckpointError, match="another program"):
        load_model(path)


def test_future_version(model_file: Path) -> None:
    """A later format is named, with what can be done."""
    change_header(model_file, version=2)
    with pytest.raises(CheckpointError, match=r"version 2.*Update"):
        load_model(model_file)


@pytest.mark.parametrize("key", ["version", "config", "kind", "step"])
def test_header_with_something_missing(model_file: Path, key: str) -> None:
    """A header of ours that lacks a part is damaged."""
    change_header(model_file, **{key: None})
    with pytest.raises(CheckpointError, match="damaged header"):
        load_model(model_file)


@pytest.mark.parametrize("header", ["{", "[]", "null", '"text"'])
def test_header_that_is_none(model_file: Path, header: str) -> None:
    """So is one that is no JSON object."""
    rewrite(model_file, lambda metadata: metadata.update(header=header))
    with pytest.raises(CheckpointError, match="damaged header"):
        load_model(model_file)


def test_unknown_settings(model_file: Path) -> None:
    """Settings of another program version name the file and the setting."""
    settings = tiny.config().model_dump(mode="json") | {"colour": "red"}
    change_header(model_file, config=settings)
    with pytest.raises(CheckpointError, match=r"model\.safetensors.*colour"):
        load_model(model_file)


def test_weights_of_another_size(model_file: Path) -> None:
    """Settings that ask for other weights than the file has are an error of the file."""
    wider = tiny.config(tiny.VAE.replace(latent_dim=5)).model_dump(mode="json")
    change_header(model_file, config=wider)
    with pytest.raises(CheckpointError, match="does not fit its own settings"):
        load_model(model_file)


def test_state_without_its_moments(tmp_path: Path) -> None:
    """A state whose optimiser is missing is not resumed as if nothing were wrong."""
    path = tmp_path / "last.safetensors"
    state = State.new(tiny.config(), tiny.dataset())
    advance(state)
    save_state(path, state)
    with safe_open(path, "pt") as file:
        names = [n for n in file.keys() if not n.startswith("batches.")]  # noqa: SIM118
        tensors, metadata = {n: file.get_tensor(n) for n in names}, file.metadata()
    path.write_bytes(to_safetensors(tensors, metadata))
    with pytest.raises(CheckpointError, match="does not fit"):
        load_state(path, tiny.dataset())


def test_nothing_there(tmp_path: Path) -> None:
    """A path that does not exist, and a run without weights, are told apart."""
    with pytest.raises(CheckpointError, match="does not exist"):
        load_model(tmp_path / "none")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="no weights yet"):
        load_model(tmp_path)


def test_failed_write_leaves_the_old_file(
    model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the last good file stays whole, and nothing half-written lies beside it."""
    before = model_file.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    state = State.new(tiny.config(), tiny.dataset())
    advance(state)
    with pytest.raises(RunError, match="disk is full"):
        save_model(model_file, state)
    assert model_file.read_bytes() == before
    assert list(model_file.parent.iterdir()) == [model_file]


def test_folder_that_is_missing(tmp_path: Path) -> None:
    """Writing where there is no folder is a clear error."""
    with pytest.raises(VaeError, match="could not be written"):
        save_model(
            tmp_path / "none" / "model.safetensors", State.new(tiny.config(), tiny.dataset())
        )


def test_file_is_readable_without_this_program(model_file: Path) -> None:
    """safetensors alone gives the weights by name, and JSON the settings."""
    with safe_open(model_file, "pt") as file:
        header = json.loads(file.metadata()["header"])
        assert header["kind"] == "model"
        assert header["config"]["model"]["latent_dim"] == 2
        assert set(file.keys()) == set(load_model(model_file).model.state_dict())
