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
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from typing import Any

from vae.config import RunConfig, parse
from vae.errors import DeviceError, VaeError
from vae.jobs.run import Run

ROOT = Path(__file__).parents[2]

MEMORY = 4 * 2**30
"""Bytes that have to be free for a spare worker, which takes some 700 MB, to wait for work."""
ANSWER_SECONDS = 60.0
"""How long a question may take; its libraries may still be loading."""
FREE_SECONDS = 3.0
"""How long a start waits for a spare worker that is being asked."""


class _Spare:
    """The process that waits, as long as nobody has given it a run."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vae.jobs.spare"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            close_fds=True,
            **detached(),
        )
        self._owed: Future[bytes] | None = None
        """The answer that it has not given yet; a late one is heard by nobody."""
        self._asking = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, question: str) -> bytes:
        """Its answer to a line; empty where it gives none in time, or still owes another."""
        with self._asking:
            if self._owed is not None:
                return b""
            answer: Future[bytes] = Future()
            self._owed = answer
        if not self.tell(question):
            return b""
        try:
            return answer.result(ANSWER_SECONDS)
        except TimeoutError:
            return b""

    def tell(self, line: str) -> bool:
        """Write a line; False where the process has ended."""
        assert self.process.stdin is not None, "it was started with one"
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except (OSError, ValueError):  # closed, by either end
            return False
        return True

    def is_free(self, seconds: float) -> bool:
        """Whether it owes no answer, or gives it within these seconds."""
        owed = self._owed
        return owed is None or not wait([owed], seconds).not_done

    def _listen(self) -> None:
        """Pass on what it answers, until it ends or writes elsewhere."""
        assert self.process.stdout is not None, "it was started with one"
        for line in self.process.stdout:
            self._answer(line)
        self._answer(b"")
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None, "it was started with both"
            with suppress(OSError):
                stream.close()

    def _answer(self, line: bytes) -> None:
        with self._asking:
            owed, self._owed = self._owed, None
        if owed is not None:
            owed.set_result(line)


_lock = threading.Lock()
_waiting: list[_Spare] = []


def keep_ready() -> None:
    """Have one spare worker wait; nothing happens where one does, or where memory is scarce."""
    import psutil  # noqa: PLC0415

    with _lock:
        _waiting[:] = [spare for spare in _waiting if spare.alive]
        if _waiting or psutil.virtual_memory().available < MEMORY:
            return
        with suppress(OSError):  # none can be started
            _waiting.append(_Spare())


def estimate(config: RunConfig) -> tuple[float, int] | None:
    """Seconds and bytes that a step of a training takes, by the spare worker; None where none answers.

    Raises:
        DeviceError: the training would not fit into the memory.
    """
    with _lock:
        spare = next((each for each in _waiting if each.alive), None)
    return _asked(spare, config) if spare else None


def estimate_apart(config: RunConfig) -> tuple[float, int] | None:
    """The same by a process that ends with its answer, for where no spare worker is free.

    A step loads torch's compiler, which would stay with 170 MB in the process that asks.
    """
    try:
        another = _Spare()
    except OSError:
        return None
    try:
        return _asked(another, config)
    finally:
        another.process.kill()
        another.process.wait()


def _asked(spare: _Spare, config: RunConfig) -> tuple[float, int] | None:
    answer = json.loads(spare.ask(config.model_dump_json()) or "null")
    if isinstance(answer, str):
        raise DeviceError(answer)
    return None if answer is None else (answer[0], answer[1])


def take(run: Run) -> subprocess.Popen[bytes] | None:
    """Give the run to the spare worker; None where there is none that can begin."""
    while True:
        with _lock:
            if not _waiting:
                return None
            spare = _waiting.pop()
        if not spare.is_free(FREE_SECONDS):
            spare.process.kill()  # it is stuck, and has nothing to lose
            threading.Thread(target=spare.process.wait, daemon=True).start()
        elif spare.tell(str(run.path)):
            return spare.process


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
