"""The app as a process of its own, started as a person starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from benchmarks.served import end_with_its_parent

ROOT = Path(__file__).parents[1]
START_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """An app that runs."""

    address: str
    port: int
    process: psutil.Process


@contextmanager
def serve(script: str, home: Path, **places: str) -> Iterator[Server]:
    """Start an app with runs and caches in `home`, and end it with all that it started."""
    runs, log = home / "runs", home / "server.log"
    port = _free_port()
    options = ["--server.headless=true", f"--server.port={port}"]
    own = {"VAE_RUNS": str(runs), "VAE_CACHE": str(home / "cache")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *options],
            cwd=ROOT,
            env=os.environ | own | places,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(process, address, log)
            yield Server(address, port, psutil.Process(process.pid))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            _end_workers(runs)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    pytest.fail("The app did not come up:\n" + "\n".join(lines[-30:]))


def _end_workers(runs: Path) -> None:
    """End the trainings that the app started and that would outlive it."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get("VAE_RUNS") == str(runs):
            process.kill()
