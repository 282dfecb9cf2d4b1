"""A worker that has loaded its libraries before there is work, so that a training begins at once.

It waits for the name of a run on its standard input, and ends with the process that holds the other
end. With a run it is a worker like any other, which outlives that process.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from vae.errors import VaeError
from vae.jobs.run import Run

ROOT = Path(__file__).parents[2]

_lock = threading.Lock()
_waiting: list[subprocess.Popen[bytes]] = []


def keep_ready() -> None:
    """Have one spare worker wait; nothing happens where one does, or where none can be started."""
    with _lock:
        if any(process.poll() is None for process in _waiting):
            return
        _waiting.clear()
        with suppress(OSError):
            _waiting.append(
                subprocess.Popen(
                    [sys.executable, "-m", "vae.jobs.spare"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=ROOT,
                    close_fds=True,
                    **detached(),
                )
            )


def take(run: Run) -> subprocess.Popen[bytes] | None:
    """Give the run to the spare worker; None where there is none."""
    with _lock:
        while _waiting:
            process = _waiting.pop()
            assert process.stdin is not None, "it was started with one"
            with suppress(OSError):  # it ended meanwhile
                process.stdin.write(f"{run.path}\n".encode())
                process.stdin.close()
                return process
    return None


def detached() -> dict[str, Any]:
    """What makes a process outlive this one, and the terminal."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _wait() -> int:
    """Load what a training needs, wait for a run, and train it."""
    _load()
    name = sys.stdin.readline().rstrip("\n")
    if not name:
        return 0
    run = Run(Path(name))
    with run.log.open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    from vae.jobs.worker import work  # noqa: PLC0415 - which the process that started this needs not

    try:
        return int(work(run).state in ("failed", "diverged"))
    except VaeError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log
        return 1


def _load() -> None:
    import torch  # noqa: PLC0415 - seconds, which is what all this is about

    import vae.training  # noqa: PLC0415
    from vae.data.embedded import embedded_digits  # noqa: PLC0415

    assert vae.training, "loaded"
    torch.optim.Adam([torch.zeros(1)])  # the first one loads torch's compiler
    with suppress(VaeError):
        embedded_digits()


if __name__ == "__main__":
    sys.exit(_wait())
