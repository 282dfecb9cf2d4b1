"""Measuring disentanglement in a process of its own: one at a time, watched, stopped, and kept."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ui.disentangle.scores import METRICS, Choice, Code
from vae.errors import RunError

_NICE = 10
"""What a page is drawn with goes first."""
_TAIL = 2**16
ENCODED = "sprites encoded"
"""What is counted beside the metrics: images, each once."""

_one = ThreadPoolExecutor(1, "scoring")
_jobs: dict[Path, "Scoring"] = {}
_lock = threading.Lock()


@dataclass
class Scoring:
    """A measurement that waits, goes on, or has failed."""

    code: Code
    asked: Choice
    future: "Future[None]" = field(default_factory=Future)
    stopped: bool = False
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def lines(self) -> Path:
        """What the process has printed so far."""
        kept = self.code.kept(self.asked)
        return kept.with_name(f".{kept.name}.{os.getpid()}")

    @property
    def metrics(self) -> int:
        """How many metrics are known."""
        return len(self.code.read(self.lines, self.asked))

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1; a metric counts as one of six."""
        told = next((line for line in self._told() if line["what"] != ENCODED), None)
        within = told["done"] / told["total"] if told else 0.0
        return min(1.0, (self.metrics + min(within, 0.99)) / len(METRICS))

    @property
    def busy(self) -> str:
        """What goes on, in a line."""
        if self.process is None:
            return "waiting for its turn"
        last = next(iter(self._told()), None)
        return f"{last['what']}, {last['done']:,} of {last['total']:,}" if last else "loading"

    def _told(self) -> list[dict[str, Any]]:
        """The lines of progress since the last metric, the latest first."""
        told: list[dict[str, Any]] = []
        with suppress(OSError, ValueError):
            with self.lines.open("rb") as file:
                file.seek(max(0, self.lines.stat().st_size - _TAIL))
                lines = file.read().decode(errors="replace").splitlines()
            for line in reversed(lines):
                if '"progress"' not in line:
                    break
                told.append(json.loads(line))
        return told

    def stop(self) -> None:
        """End it; what it has measured is lost."""
        self.stopped = True
        self.future.cancel()
        if self.process is not None:
            self.process.terminate()

    def run(self) -> None:
        """Measure, and keep the scores when all are there.

        Raises:
            RunError: the process failed, with what it said, or its file cannot be written.
        """
        kept = self.code.kept(self.asked)
        command = [sys.executable, "-m", "vae", "disentangle", self.code.source, "--json"]
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with self.lines.open("wb") as out:
                self.process = subprocess.Popen(
                    [*command, "--device", "cpu", *self.code.choice(self.asked).options],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.PIPE,
                    cwd=Path(__file__).parents[2],
                )
            with suppress(psutil.Error):
                psutil.Process(self.process.pid).nice(_NICE)
            if self.stopped:
                self.process.terminate()
            _, said = self.process.communicate()
            if self.process.returncode == 0:
                self.lines.replace(kept)
            elif not self.stopped:
                last = said.decode(errors="replace").strip().splitlines()
                raise RunError(last[-1] if last else "The measurement ended without a word.")
        except OSError as error:
            raise RunError(
                f"{kept.parent} cannot be written to ({error.strerror}). "
                "Set VAE_CACHE to a folder that you may write to."
            ) from error
        finally:
            self.lines.unlink(missing_ok=True)


def start(codes: Sequence[Code], asked: Choice) -> None:
    """Measure these codes, one after the other."""
    for code in codes:
        with _lock:
            if (known := _jobs.get(code.kept(asked))) and not known.future.done():
                continue
            job = Scoring(code, asked)
            _jobs[code.kept(asked)] = job
            job.future = _one.submit(job.run)


def going_on(code: Code, asked: Choice) -> Scoring | None:
    """The measurement of a code, if there is one under way."""
    job = _jobs.get(code.kept(asked))
    return job if job and not job.future.done() else None


def failure(code: Code, asked: Choice) -> str:
    """Why the last measurement of a code failed; empty where it did not."""
    job = _jobs.get(code.kept(asked))
    if job is None or not job.future.done() or job.future.cancelled():
        return ""
    error = job.future.exception()
    return str(error) if error else ""
