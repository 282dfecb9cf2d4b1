"""An app of its own to measure, started as a newcomer would."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from vae import jobs

ROOT = Path(__file__).parents[1]
CHECKPOINTS = ROOT / "checkpoints"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
"""For Chromium."""


@contextmanager
def serve(script: Path, models: Path = CHECKPOINTS) -> Iterator[tuple[str, Path]]:
    """Give the address, as soon as it answers, and the folder of its trainings, which end with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    with tempfile.TemporaryDirectory() as home:
        runs = Path(home, "runs")
        places = {"VAE_RUNS": runs, "VAE_CACHE": Path(home, "cache"), "VAE_CHECKPOINTS": models}
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *options],
            cwd=ROOT,
            env=os.environ | {name: str(place) for name, place in places.items()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or nothing below would be ended
        try:
            address = f"http://127.0.0.1:{port}"
            while process.poll() is None and not _answers(address):
                time.sleep(0.02)
            yield address, runs
        finally:
            end_all(runs)
            started = psutil.Process(process.pid).children(recursive=True)
            for each in (psutil.Process(process.pid), *started):
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            process.wait()


def process_at(address: str) -> psutil.Process:
    """The process that serves an address, which this one has started."""
    port = int(address.rpartition(":")[2])
    children = psutil.Process().children(recursive=True)
    return next(p for p in children if any(c.laddr.port == port for c in p.net_connections("tcp")))


def end_with_its_parent() -> None:
    """Have the kernel end this process with the one that started it, however that ends."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def end_all(runs: Path) -> None:
    """Stop what trains, and wait until it has ended."""
    for entry in jobs.runs(runs):
        jobs.stop(entry.run)
        while entry.run.alive:
            time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
