"""events.jsonl: a line an event, written in one go, read from where a reader left off."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from vae.errors import RunError
from vae.events import Event, parse
from vae.files import write_atomically
from vae.untrusted import open_regular, read_bytes

LIMIT = 64 * 2**20
"""Bytes that are read at once, the last ones: four events a second fill them in days."""
LONGEST = 2**17
"""Bytes of an event; the largest speaks of 256 units."""


class Cursor(NamedTuple):
    """How far a reader has come: a position in bytes, in one file."""

    offset: int
    file: int


class Chunk(NamedTuple):
    """Events since a cursor."""

    events: list[Event]
    cursor: Cursor
    """Where to go on."""
    whole: bool
    """Whether these are all events from the first one, which replace what was read before."""


def append(path: Path, event: Event) -> None:
    """Add a line; RunError where the disk is full."""
    content = event.model_dump_json().encode() + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            written = os.write(descriptor, content)
        finally:
            os.close(descriptor)
        if written < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise RunError(
            f"The disk is full: {path} could not be written. Free some space, then resume."
            if full
            else f"{path} could not be written ({error.strerror}). Make it writable, then resume."
        ) from error


def read(path: Path, since: Cursor | None) -> Chunk:
    """The events after a cursor, or all; a torn or damaged line is passed over.

    Of a file beyond all measure only the last ones are read.
    """
    try:
        with open_regular(path) as file:
            stat = os.fstat(file.fileno())
            whole = since is None or since.file != stat.st_ino or since.offset > stat.st_size
            start = 0 if since is None or whole else since.offset
            start = max(start, stat.st_size - LIMIT)
            file.seek(start)
            content = file.read(LIMIT)
    except FileNotFoundError:
        return Chunk([], Cursor(0, 0), whole=True)
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}).") from error
    end = content.rfind(b"\n") + 1  # what follows is still being written, or torn
    return Chunk(list(_parse(content[:end])), Cursor(start + end, stat.st_ino), whole)


def keep(path: Path, step: int) -> None:
    """Drop the events after a step, and what ended the training before."""
    if not path.exists():
        return
    content = read_bytes(path, LIMIT)
    kept = [e for e in _parse(content) if _stands(e, step)]
    lines = b"".join(event.model_dump_json().encode() + b"\n" for event in kept)
    if lines != content:
        write_atomically(path, lines)


def _stands(event: Event, step: int) -> bool:
    """Whether an event came before a step; a change at it is told again when the training goes on."""
    return event.step < step + (event.kind != "change") and event.kind in (
        "step",
        "epoch",
        "change",
    )


def _parse(content: bytes) -> Iterator[Event]:
    """The events that lines hold; a damaged line holds none."""
    for line in content.splitlines():
        if len(line) <= LONGEST:
            with suppress(ValueError):
                yield parse(line.decode("utf-8", "replace"))
