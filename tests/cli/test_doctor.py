"""The doctor says what works, and what to do about the rest."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from vae import doctor


def _one(what: str) -> doctor.Check:
    return next(check for check in doctor.examine() if check.what == what)


def test_this_machine_works(call: Call) -> None:
    """Where the tests run nothing that is needed is broken."""
    answer = call("doctor", "--json")
    verdicts = {check["what"]: check["verdict"] for check in json.loads(answer.out)}
    assert answer.code == 0
    assert verdicts["torch"] == verdicts["operators"] == verdicts["embedded digits"] == "ok"
    assert "problem" not in verdicts.values()


def test_table(call: Call) -> None:
    """A person sees a table."""
    assert "torchvision" in call("doctor").out


def test_unwritable_runs(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of runs that cannot be written to is a problem, and the exit code says so."""

    def refuse(**more: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "TemporaryFile", refuse)
    assert "set VAE_RUNS" in _one("runs").found
    assert call("doctor").code == 1


def test_runs_below_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one that cannot be a folder at all."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VAE_RUNS", str(tmp_path / "file" / "runs"))
    assert _one("runs").verdict == "problem"


def test_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little space is a warning."""
    usage = type(shutil.disk_usage("/"))(100, 99, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert _one("runs").verdict == "warning"


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is not needed is a warning that says how to get it."""
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    check = _one("onnx")
    assert (check.verdict, "pip install onnx" in check.found) == ("warning", True)


def test_missing_torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the pair is a problem."""
    real = doctor._version
    monkeypatch.setattr(
        doctor, "_version", lambda name: None if name == "torchvision" else real(name)
    )
    check = _one("torch")
    assert check.verdict == "problem"
    assert check.found.startswith("torchvision missing")


def test_a_check_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails itself is a problem, and the others are made all the same."""
    monkeypatch.setattr("vae.models.build", lambda config: 1 / 0)
    check = _one("operators")
    assert (check.verdict, check.found) == ("problem", "ZeroDivisionError: division by zero")
    assert _one("embedded digits").verdict == "ok"
