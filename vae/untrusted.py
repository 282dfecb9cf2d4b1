"""What files say that anybody may have written: read within bounds, numbers finite or absent."""

import errno
import json
import math
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Any

from vae.errors import RunError

SMALL = 2**20
"""Bytes of a file of settings, of a status, of measurements: ours have some thousands at most."""
LARGEST = 1e15
"""Beyond it lies no number that a training gives: a page that shows one would break."""


def open_regular(path: Path) -> BufferedReader:
    """A file, open for reading; OSError for a folder, a device or a pipe, which may never end."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, most: int = SMALL) -> bytes:
    """The content of a file of at most so many bytes.

    Raises:
        OSError: it cannot be read.
        RunError: it is larger.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise RunError(
            f"{path} is larger than the {most / 2**20:g} MB that such a file may have. "
            "Take another copy, or delete its folder."
        )
    return content


def parse_json(text: str | bytes) -> Any:
    """What a JSON text says; ValueError where it is none, however deeply it is nested."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def finite(value: object) -> float | None:
    """A number that can be shown; None where it is none, not finite, or beyond all measure."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST else None  # a NaN compares as false


def whole(value: object) -> int | None:
    """A count from 0 on that can be shown; None where it is none."""
    number = finite(value)
    if number is None or number < 0 or not number.is_integer():
        return None
    return math.trunc(number)


def shortened(text: str, most: int = 60) -> str:
    """A text in one line and with an end: what is quoted may be of any length, and hold anything."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * most]).split())
    return line if len(line) <= most and len(text) <= 2 * most else f"{line[:most].rstrip()}…"
