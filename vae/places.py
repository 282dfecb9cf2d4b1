"""Where data lies on this machine, and what tells one state of it from another. Without torch."""

import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from vae.config import DataConfig
from vae.files import cache_folder

DEBIAN = Path("/usr/share/datasets")
"""Where Debian's package dataset-fashion-mnist puts its files."""

IDX_FILES = ("*ubyte*", "*/*ubyte*", "*/*/*ubyte*")
MOST = 20_000
"""Files that are looked at; of a larger folder of pictures these stand for all."""


def roots(config: DataConfig) -> list[Path]:
    """The folders in which the files of a known set are looked for, in this order."""
    if config.path is not None:
        return [config.path.expanduser()]
    chosen = os.environ.get("VAE_DATA")
    return [*([Path(chosen).expanduser()] if chosen else []), cache_folder(), DEBIAN]


def version(config: DataConfig) -> str:
    """Another one once other files would be read: by their names, sizes and times, not by their content."""
    if config.name in ("embedded", "sprites", "own"):
        return ""  # which are the same on every machine, or nowhere
    files = _pictures(config.path) if config.name == "folder" else _idx_files(config)
    found = hashlib.sha256()
    for path, size, changed in sorted(islice(files, MOST)):
        found.update(f"{path}\0{size}\0{changed}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()[:16]


State = tuple[str, int, int]
"""A file's path, size and time."""


def _idx_files(config: DataConfig) -> Iterator[State]:
    for root in roots(config):
        for pattern in IDX_FILES:
            try:
                yield from (_state(path) for path in root.glob(pattern))
            except OSError:  # a folder that goes, or must not be read
                continue


def _pictures(path: Path | None) -> Iterator[State]:
    """A zip, or what lies in a folder and below; links to folders are not followed."""
    if path is None:
        return
    path = path.expanduser()
    yield _state(path)
    for folder, _, names in os.walk(path):
        yield from (_state(Path(folder, name)) for name in names)


def _state(path: Path) -> State:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_size, status.st_mtime_ns
