"""Downloads from the mirrors that torchvision lists, checked against its checksums.

Torchvision's own downloader waits without limit and prints its progress; this one has time limits,
reports progress to its caller, and leaves no half-written file.
"""

import hashlib
import os
import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from vae.data.dataset import Progress
from vae.data.idx_sets import IdxSet
from vae.errors import DataError

PROBE_SECONDS = 2.5
STALL_SECONDS = 20
CHUNK = 1 << 18
MAX_BYTES = 100 << 20


class Published(NamedTuple):
    """What torchvision says of a set's files."""

    mirrors: list[str]
    resources: list[tuple[str, str]]
    """File names and MD5 sums."""


def download(which: IdxSet, folder: Path, progress: Progress | None = None) -> bool:
    """Fetch a set's files into a folder; False, within seconds, where no mirror answers."""
    published = _published(which)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be made ({error.strerror}). Set VAE_CACHE to a folder that can."
        ) from None
    missing = [(name, md5) for name, md5 in published.resources if not _intact(folder / name, md5)]
    if not missing:
        return True
    mirror = next((each for each in published.mirrors if answers(each + missing[0][0])), None)
    if mirror is None:
        return False
    for name, md5 in missing:
        _fetch(f"{mirror}{name}", folder / name, md5, progress)
    return True


def answers(url: str, seconds: float = PROBE_SECONDS) -> bool:
    """Whether a file can be had, decided within these seconds.

    Looking up a name has no time limit of its own, hence the thread.
    """
    found = threading.Event()

    def probe() -> None:
        request = urllib.request.Request(url, method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=seconds):
                found.set()
        except (OSError, HTTPException):
            pass
        finally:
            done.set()

    done = threading.Event()
    threading.Thread(target=probe, daemon=True).start()
    done.wait(seconds)
    return found.is_set()


def _published(which: IdxSet) -> Published:
    from torchvision import datasets  # noqa: PLC0415 - takes a second, and few runs download

    kind = getattr(datasets, which.torchvision)
    return Published(kind.mirrors, kind.resources)


def _fetch(url: str, path: Path, md5: str, progress: Progress | None) -> None:
    """One file, put in its place only when it is whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with urllib.request.urlopen(url, timeout=STALL_SECONDS) as answer, part.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            done = 0
            while done <= MAX_BYTES and (chunk := answer.read(CHUNK)):
                file.write(chunk)
                done += len(chunk)
                if progress:
                    progress(path.name, done, max(total, done))
        if not _intact(part, md5):
            raise DataError(
                f"{url} arrived damaged: its checksum is not the published one. Try again."
            )
        part.replace(path)
    except (OSError, HTTPException) as error:
        raise DataError(f"{url} could not be fetched ({error}). Try again.") from None
    finally:
        part.unlink(missing_ok=True)


def _intact(path: Path, md5: str) -> bool:
    """Whether a file is there and has the published checksum."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return (
            hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == md5
        )
