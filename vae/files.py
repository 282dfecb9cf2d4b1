"""Files that are whole or not there: written aside, flushed to the disk, then renamed."""

import errno
import os
from pathlib import Path

from vae.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step; a reader, or a crash, sees the old one or the new one.

    Raises:
        RunError: the folder cannot be written to, or the disk is full.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RunError(_explain(path, error)) from error


def _explain(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path} could not be saved. Free some space, then resume."
    return f"{path} could not be written ({error.strerror}). Choose a folder that you may write to."
