"""Names of files and folders that several packages know, and files that are whole or not there."""

import errno
import os
import threading
from pathlib import Path

from vae.errors import RunError

AnyPath = str | Path
"""A path as people give one."""

CONFIG_FILE = "config.json"
"""The settings, in a run directory and in a checkpoint's folder."""
MODEL_FILE = "model.safetensors"
"""A model alone, in a checkpoint's folder."""
MAP_FILE = "map.npz"
"""Codes of images and maps of them, beside a model."""
LAST_FILE = "last.safetensors"
"""A training's whole state, in its run directory."""
BEST_FILE = "best.safetensors"
"""The model with the lowest held-out loss, in a run directory."""


def cache_folder() -> Path:
    """Where downloads and maps are kept: VAE_CACHE, or a folder of the person's own."""
    if chosen := os.environ.get("VAE_CACHE"):
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "latent-space-laboratory"


def write_atomically(path: Path, content: bytes, *, flush: bool = True) -> None:
    """Replace a file in one step; a reader, or a crash, sees the old one or the new one.

    It is written aside, flushed to the disk, then renamed. Without `flush` a machine that loses its
    power may lose the file too: for what is soon replaced, and can be missed.

    Raises:
        RunError: the folder cannot be written to, or the disk is full.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        try:
            with aside.open("wb") as file:
                file.write(content)
                if flush:
                    file.flush()
                    os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RunError(unwritable(path, error)) from error


def unwritable(path: Path, error: OSError) -> str:
    """Why something could not be written, in a sentence or two."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path} could not be saved. Free some space, then resume."
    why = error.strerror or type(error).__name__
    return f"{path} could not be written ({why}). Choose a folder that you may write to."
