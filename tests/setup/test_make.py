"""The commands that a newcomer types, without installing anything."""

import os
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_run_takes_a_port() -> None:
    """PORT chooses where the app listens."""
    result = make("-n", "run", "PORT=8600")
    assert "streamlit run app.py --server.port 8600" in result.stdout


def test_run_is_for_this_machine_alone() -> None:
    """Nothing opens the app to others but HOST on the command line, not even a shell's own HOST."""
    closed = make("-n", "run", HOST="0.0.0.0")
    assert "--server.address 127.0.0.1" in closed.stdout
    assert "--server.address 0.0.0.0" in make("-n", "run", "HOST=0.0.0.0").stdout


def test_run_at_no_address() -> None:
    """What is no address of this machine is refused with what is needed."""
    result = make("run", "PORT=18999", "HOST=no such place")
    assert result.returncode != 0
    assert "HOST needs an address of this machine" in result.stderr
    assert "streamlit" not in result.stdout


def test_run_on_an_occupied_port() -> None:
    """A port in use is one sentence, and nothing else is started or installed."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = make("run", f"PORT={port}")
    assert result.returncode != 0
    assert f"Port {port} is in use by another program. Choose another with PORT" in result.stderr
    assert "streamlit" not in result.stdout


def test_run_on_no_port() -> None:
    """What is not a port is refused with what a port is."""
    result = make("run", "PORT=99999")
    assert result.returncode != 0
    assert "number from 1 to 65535" in result.stderr


def test_setup_without_a_python() -> None:
    """A Python that cannot be used is named, with how to get one."""
    result = make("port", "PYTHON=no-such-python")
    assert result.returncode != 0
    assert "Python 3.11 or newer" in result.stderr
    assert "no-such-python" in result.stderr


def test_ci_insists_on_the_browser() -> None:
    """Browser tests can be left out by a person, never by a machine."""
    assert make("-n", "test", "BROWSER=0", CI="").returncode == 0
    refused = make("-n", "test", "BROWSER=0", CI="true")
    assert refused.returncode != 0
    assert "BROWSER=0 is refused" in refused.stderr


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a terminal, not as part of the make that runs the tests."""
    outside = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=outside | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
