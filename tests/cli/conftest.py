"""The command line, called as a person would."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vae import cli

SMALL = [
    "--data",
    "embedded",
    "--limit",
    "128",
    "--hidden",
    "16",
    "--epochs",
    "1",
    "--device",
    "cpu",
]
TINY = [*SMALL, "--latent-dim", "2"]
"""Options of a training that takes some milliseconds."""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command: `call("train", "--beta", 2)`."""

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        code = cli.run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a small run that is done."""
    path = tmp_path_factory.mktemp("trained") / "run"
    assert cli.run(["train", *TINY, "--out", str(path)]) == 0
    return path
