"""What comes through the gate, and what does not, by whichever reader."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.weights import hostile
from vae.errors import CheckpointError
from vae.export.layers import read_weights
from vae.training import load_model
from vae.weights import check_fits

BAD = hostile.HEADS | hostile.TOLD | hostile.UNFIT
READERS: dict[str, Callable[[Path], Any]] = {
    "browser": read_weights,
    "torch": load_model,
    "import": check_fits,
}
LONGEST = 600
MOST = 64 * 2**20
"""Bytes that may be taken before a file is refused."""


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused(name: str, reader: str, tmp_path: Path) -> None:
    """Each is a sentence of sane length, and takes little memory before."""
    if (name, reader) == ("pictures, no model", "import"):
        pytest.skip("a training's held-out pictures belong to it")
    path = hostile.write(tmp_path, BAD[name])
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError) as caught:
            READERS[reader](path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < LONGEST
    assert str(path) in str(caught.value)
    assert peak < MOST


@pytest.mark.parametrize("reader", READERS)
def test_sound_files_come_through(reader: str, tmp_path: Path) -> None:
    """The file that the bad ones were made from is none of them."""
    READERS[reader](hostile.write(tmp_path, hostile.content))


@pytest.mark.parametrize("kind", [np.float16, np.float64])
def test_weights_of_other_lengths(kind: type[np.floating[Any]], tmp_path: Path) -> None:
    """float16 and float64 are weights too."""
    tensors = {name: array.astype(kind) for name, array in hostile.weights().items()}
    path = hostile.write(tmp_path, lambda: hostile.content(tensors))
    assert {array.dtype.type for array in read_weights(path).values()} == {kind}
    load_model(path)


@pytest.mark.parametrize("version", ["1", True, 2])
def test_a_version_is_said_as_it_stands(version: object, tmp_path: Path) -> None:
    """Of a version that looks like ours the sentence tells the difference."""
    path = hostile.write(tmp_path, lambda: hostile.content(version=version))
    with pytest.raises(CheckpointError) as caught:
        read_weights(path)
    assert repr(version) in str(caught.value)
    assert "has format version 1," not in str(caught.value)


def test_a_moment_without_its_encoder(tmp_path: Path) -> None:
    """The browser decodes with it; where a whole model is needed, that it is missing is said."""
    tensors = {f"model.{n}": w for n, w in hostile.weights().items() if n.startswith("decoder.")}
    path = hostile.write(tmp_path, lambda: hostile.content(tensors, kind="snapshot"))
    assert all(name.startswith("decoder.") for name in read_weights(path))
    with pytest.raises(CheckpointError, match="without its encoder"):
        load_model(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("reader", READERS)
def test_a_pipe_is_not_waited_for(reader: str, tmp_path: Path) -> None:
    """What never ends is not read; nor is a folder."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(CheckpointError):
            READERS[reader](tmp_path / name)
