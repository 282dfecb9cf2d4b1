"""The store of what browsers fetch."""

import asyncio
import hashlib

import numpy as np
import pytest
from starlette.requests import Request

from ui.live import arrays, blobs


def test_known_by_hash() -> None:
    """A blob is found by the SHA-256 of its content, and by nothing else."""
    digest = blobs.digest("by hash", lambda: b"content")
    assert digest == hashlib.sha256(b"content").hexdigest()
    assert blobs.find(digest) == b"content"
    assert blobs.find("0" * 64) is None


def test_made_once() -> None:
    """What a key stands for is made when it is first asked for."""
    first = blobs.digest("once", lambda: b"first")
    assert blobs.digest("once", lambda: b"second") == first


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was used longest ago is dropped when there is too much, never what is asked for."""
    monkeypatch.setattr(blobs, "LIMIT", 1)
    first = blobs.digest("bounded 1", lambda: b"one")
    second = blobs.digest("bounded 2", lambda: b"two")
    assert blobs.find(first) is None
    assert blobs.find(second) == b"two"


@pytest.mark.parametrize("asked", ["", "0" * 64, "../../etc/passwd"])
def test_what_is_not_kept_is_not_found(asked: str) -> None:
    """A hash that nothing has, and what is no hash, get a word on what to do."""
    found = asyncio.run(blobs.answer(Request({"type": "http", "path_params": {"digest": asked}})))
    assert found.status_code == 404
    assert b"Reload" in found.body


def test_given_for_good() -> None:
    """A browser gets the bytes as they are, and may keep them."""
    digest = blobs.digest("for good", lambda: b"\x00\x01")
    scope = {"type": "http", "path_params": {"digest": digest}}
    found = asyncio.run(blobs.answer(Request(scope)))
    assert found.body == b"\x00\x01"
    assert "immutable" in found.headers["Cache-Control"]


def test_arrays_lie_where_the_head_says() -> None:
    """Every array begins at a multiple of eight, as typed arrays of a browser need."""
    blob = arrays.pack({"a": np.arange(3, dtype=np.uint8), "b": np.ones((2, 2), np.float32)})
    length = int.from_bytes(blob[:4], "little")
    assert b'"b":{"dtype":"float32","shape":[2,2],"start":8}' in blob[4 : 4 + length]
    start = -(-(4 + length) // 8) * 8
    assert blob[start : start + 3] == bytes([0, 1, 2])
    assert np.frombuffer(blob[start + 8 :], "<f4").tolist() == [1, 1, 1, 1]
