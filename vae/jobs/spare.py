"""A worker that has loaded its libraries before there is work, so that a training begins at once.

It waits on its standard input for the name of a run, and ends with the process that holds the other
end. With a run it is a worker like any other, which outlives that process. Until then it answers, a
line for a line, what a training with given settings would take.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from vae.config import RunConfig, parse
from vae.errors import DeviceError, VaeError
from vae.jobs.run import Run

ROOT = Path(__file__).parents[2]

_lock = threading.Lock()
_waiting: list[subprocess.Popen[bytes]] = []
_asking = threading.Lock()
"""One question at a time."""


def keep_ready() -> None:
    """Have one spare worker wait; nothing happens where one does, or where none can be started."""
    with _lock:
        if any(process.poll() is None for process in _waiting):
            return
        while _waiting:
            _let_go(_waiting.pop())
        with suppress(OSError):
            _waiting.append(
                subprocess.Popen(
                    [sys.executable, "-m", "vae.jobs.spare"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=ROOT,
                    close_fds=True,
                    **detached(),
                )
            )


def estimate(config: RunConfig) -> tuple[float, int] | None:
    """Seconds and bytes that a step of a training takes, by the spare worker; None where none waits.

    Raises:
        DeviceError: the training would not fit into the memory.
    """
    with _asking:
        with _lock:
            process = next((p for p in _waiting if p.poll() is None), None)
            if process is None or not _send(process, config.model_dump_json()):
                return None
        assert process.stdout is not None, "it was started with one"
        answer = json.loads(process.stdout.readline() or "null")
    if isinstance(answer, str):
        raise DeviceError(answer)
    return None if answer is None else (answer[0], answer[1])


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Close the ways to a worker, in the background: it may still answer what it was asked before."""

    def close() -> None:
        with _asking:
            for stream in (process.stdin, process.stdout):
                assert stream is not None, "it was started with both"
                with suppress(OSError):
                    stream.close()

    threading.Thread(target=close, daemon=True).start()


def _send(process: subprocess.Popen[bytes], line: str) -> bool:
    """Write a line; False where the worker has ended meanwhile."""
    assert process.stdin is not None, "it was started with one"
    try:
        process.stdin.write(f"{line}\n".encode())
        process.stdin.flush()
    except OSError:
        return False
    return True


def take(run: Run) -> subprocess.Popen[bytes] | None:
    """Give the run to the spare worker; None where there is none."""
    with _lock:
        while _waiting:
            process = _waiting.pop()
            if _send(process, str(run.path)):
                _let_go(process)
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
    while (name := sys.stdin.readline().rstrip("\n")).startswith("{"):
        print(_answer(name), flush=True)  # noqa: T201 - to whoever asked
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


def _answer(settings: str) -> str:
    """What a step takes with these settings: seconds and bytes, or a sentence why it cannot be."""
    from vae import training  # noqa: PLC0415

    training.leave_one_core()
    try:
        found = training.measure(parse(RunConfig, settings))
    except DeviceError as error:
        return json.dumps(str(error))
    return json.dumps([found.seconds, found.memory])


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
