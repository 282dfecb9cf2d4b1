"""Locks for what several processes read, change and write back: without one, a change can be lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vae.errors import RunError

POLL_SECONDS = 0.005
"""Between two tries: what the lock is held for takes about as long."""


@contextmanager
def locked(path: Path, what: str, seconds: float = 30.0) -> Iterator[None]:
    """Hold the lock file of something for a moment, as the only process and thread that does.

    Raises:
        RunError: another holds it for longer than these seconds, or the folder cannot be written to.
    """
    lock = FileLock(path, poll_interval=POLL_SECONDS)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise RunError(f"{what} is held by another process. Try again.") from None
    except OSError as error:
        raise RunError(
            f"{path.parent} cannot be written to ({error.strerror}). "
            "Set VAE_RUNS to a folder that you may write to."
        ) from error
    try:
        yield
    finally:
        lock.release()
