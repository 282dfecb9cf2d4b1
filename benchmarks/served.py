"""An app of its own to measure, started as a newcomer would."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
        )
        try:
            address = f"http://127.0.0.1:{port}"
            while process.poll() is None and not _answers(address):
                time.sleep(0.02)
            yield address, runs
        finally:
            end_all(runs)
            process.kill()
            process.wait()


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
