"""Where pictures lie: a folder or a zip, of which no more is looked at than has bounds."""

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from vae import zips
from vae.data.decode import MAX_FILE, SUFFIXES
from vae.errors import DataError

MAX_FILES = 500_000
"""Files and folders that are looked at; a disk has more, and is no folder of pictures."""
MAX_DEPTH = 16
"""Folders within folders that are looked into."""
MAX_NAME = 255
"""Characters of a file's or folder's name."""

Reader = Callable[[str], bytes | None]
"""The content of the picture of this name; None where it is not fit to be read."""


@dataclass
class Place:
    """The pictures in a folder or zip, and what else is there."""

    title: str
    read: Reader
    pictures: list[str] = field(default_factory=list)
    """Names within it, with slashes, sorted."""
    others: Counter[str] = field(default_factory=Counter)
    """How many files of other kinds there are, by suffix."""
    outside: list[str] = field(default_factory=list)
    """Links that lead out of the folder."""
    doubtful: tuple[str, ...] = ()
    """Names in a zip of which the letters are not certain."""

    def add(self, name: str) -> bool:
        """Note a file; whether it is a picture. What is hidden, or leads out, does not count."""
        path = PurePosixPath(name)
        if any(_hidden(part) for part in path.parts):
            return False
        if any(len(part) > MAX_NAME for part in path.parts):
            self.others[f"names beyond {MAX_NAME} characters"] += 1
            return False
        if path.suffix.lower() not in SUFFIXES:
            self.others[path.suffix.lower() or "no suffix"] += 1
            return False
        self.pictures.append(name)
        return True


def opened(path: Path, stack: ExitStack) -> Place:
    """What lies at a path, which is not opened before it is known to be a folder or a plain file.

    Raises:
        DataError: nothing, or neither of the two; or more than a folder of pictures holds.
    """
    try:
        path = path.expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Give a folder or a zip of pictures.") from None
    except (OSError, ValueError, RuntimeError) as error:
        what = error.strerror if isinstance(error, OSError) else error
        raise DataError(
            f"{str(path)[:200]!r} cannot be looked at ({what}). Give another."
        ) from None
    if stat.S_ISDIR(mode):
        return _folder(path.resolve())
    if not stat.S_ISREG(mode):
        raise DataError(f"{path} is neither a folder nor a plain file. Give a folder or a zip.")
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(
            f"{path} is neither a folder nor a whole zip ({error}). Give one of the two."
        ) from None
    return _zip(path, archive)


def _folder(root: Path) -> Place:
    """The files under a folder; links to folders are not followed, nor links that lead out."""
    place = Place(root.name or str(root), lambda name: _read(root / name))
    seen = 0
    for folder, below, files in os.walk(root):
        inner = Path(folder).relative_to(root)
        below[:] = [name for name in below if not _hidden(name)]
        if len(inner.parts) >= MAX_DEPTH:
            below.clear()
        seen += len(below) + len(files)
        _check_count(root, seen)
        for file in files:
            name = (inner / file).as_posix()
            if place.add(name) and _leads_out(root, root / name):
                place.outside.append(place.pictures.pop())
    place.pictures.sort()
    place.outside.sort()
    return place


def _zip(path: Path, archive: zipfile.ZipFile) -> Place:
    found = zips.listing(archive)
    _check_count(path, len(found.entries))
    place = Place(path.name, lambda name: _read_entry(archive, found.entries[name]))
    for name in found.entries:
        place.add(name)
    place.pictures.sort()
    kept = set(place.pictures)
    place.doubtful = tuple(name for name in found.doubtful if name in kept)
    return place


def _check_count(path: Path, count: int) -> None:
    if count > MAX_FILES:
        raise DataError(
            f"{path} holds more than {MAX_FILES:,} files and folders. Give the folder of the pictures "
            "alone."
        )


def _hidden(part: str) -> bool:
    """Hidden, put there by macOS, or leading out of the folder: `.name`, `__MACOSX`, `..`, `/`."""
    return part.startswith((".", "__MACOSX", "/"))


def _leads_out(root: Path, path: Path) -> bool:
    """Whether a file is a link to one elsewhere; a link to nothing is only unreadable."""
    if not path.is_symlink():
        return False
    try:
        return not path.resolve(strict=False).is_relative_to(root)
    except (OSError, RuntimeError):  # links in a circle
        return True


def _read(path: Path) -> bytes | None:
    """A plain file's content. A pipe or a device is not waited for: what it is is asked once it is open."""
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            status = os.fstat(file.fileno())
            fit = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE
            content = file.read(MAX_FILE + 1) if fit else None
    except OSError:
        return None
    return content if content is not None and len(content) <= MAX_FILE else None


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    try:
        return zips.read(archive, info, MAX_FILE)
    except Exception:  # damaged, encrypted, or packed in a way that is not known here
        return None
