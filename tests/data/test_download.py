"""Downloads, from a mirror in this process."""

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.data.made_up import write_set
from vae.config import DataConfig
from vae.data import download as downloads
from vae.data import load
from vae.data.download import Published
from vae.data.idx_sets import KMNIST
from vae.errors import DataError


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    """A mirror that has a made-up set, after one that is gone."""
    folder = write_set(tmp_path / "mirror")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    files = sorted(folder.iterdir())
    sums = [(path.name, hashlib.md5(path.read_bytes()).hexdigest()) for path in files]
    address = f"http://127.0.0.1:{server.server_port}/"
    published = Published([f"{address}gone/", address], sums)
    monkeypatch.setattr(downloads, "_published", lambda _: published)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield published
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_asked_for_is_downloaded(tmp_path: Path, mirror: Published) -> None:
    """With `download` the files come into the cache, once, with progress."""
    seen: list[tuple[str, int, int]] = []
    config = DataConfig(name="kmnist")
    data = load(config, "train", download=True, progress=lambda *now: seen.append(now))
    assert data.note == "KMNIST: 30 training images"
    assert {name for name, done, total in seen if done == total} == dict(mirror.resources).keys()
    assert sorted(p.name for p in (tmp_path / "cache/kmnist").iterdir()) == sorted(
        name for name, _ in mirror.resources
    )
    assert len(load(config, "test")) == 20


def test_a_wrong_checksum_is_told(tmp_path: Path, mirror: Published) -> None:
    """A file that is not the published one is refused, and nothing of it stays."""
    (tmp_path / "mirror" / mirror.resources[0][0]).write_bytes(gzip.compress(b"else"))
    with pytest.raises(DataError, match="arrived damaged"):
        downloads.download(KMNIST, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_only_missing_files_are_fetched(tmp_path: Path, mirror: Published) -> None:
    """What is there whole is left alone, so a broken download goes on where it ended."""
    seen: list[str] = []
    downloads.download(KMNIST, tmp_path / "cache")
    (tmp_path / "cache" / mirror.resources[1][0]).write_bytes(b"cut")
    downloads.download(KMNIST, tmp_path / "cache", lambda name, *_: seen.append(name))
    assert set(seen) == {mirror.resources[1][0]}


def test_an_unwritable_cache_is_told(tmp_path: Path, mirror: Published) -> None:
    """A cache that cannot be made is an error that names the setting."""
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="Set VAE_CACHE"):
        downloads.download(KMNIST, tmp_path / "file" / "cache")


def test_a_silent_mirror_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that swallows every question is given up within the seconds allowed."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        begin = time.monotonic()
        assert not downloads.answers(f"http://127.0.0.1:{deaf.getsockname()[1]}/file", 0.3)
        assert time.monotonic() - begin < 30, "by itself it would wait for ever"


def test_torchvision_lists_what_is_needed() -> None:
    """Torchvision's classes have the mirrors, names and checksums that are relied upon."""
    published = downloads._published(KMNIST)
    assert all(each.startswith("http") for each in published.mirrors)
    assert published.resources[0][0] == "train-images-idx3-ubyte.gz"
