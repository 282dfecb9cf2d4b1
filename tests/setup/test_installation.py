"""Whether an installation that cannot work is recognised before torch is imported."""

import subprocess
import sys

import pytest

from ui import installation


@pytest.mark.parametrize(
    ("torch", "torchvision", "needs"),
    [
        ("2.5.1", "0.20.1", "torch==2.5.1"),
        ("2.5.1+cpu", "0.20.1+cpu", "torch (==2.5.1)"),
        ("2.15.0+cu132", "0.29.2+cu132", "torch (>=2.14.0)"),
        ("2.15.0+cu130", "0.29.2+cu132", "torch>=2.14.0"),
        ("2.15.0+cu132", "0.29.2+cpu", "torch>=2.14.0"),
        ("2.15.0", "0.29.2", "torch>=2.14.0"),
        ("2.16.0.dev20270101+cpu", "0.30.0a0", "torch"),
    ],
)
def test_pairs_that_fit(torch: str, torchvision: str, needs: str) -> None:
    """A pair that torchvision asks for is left in peace, whatever its build."""
    assert installation.torch_pair_problem(torch, torchvision, needs) is None


@pytest.mark.parametrize(
    ("torch", "torchvision", "needs"),
    [
        ("2.6.0", "0.20.1", "torch==2.5.1"),
        ("2.13.0+cpu", "0.29.2+cpu", "torch (>=2.14.0)"),
        ("2.15.0+cpu", "0.29.2+cu132", "torch>=2.14.0"),
        ("2.15.0+cu128", "0.29.2+cu132", "torch>=2.14.0"),
    ],
)
def test_pairs_that_do_not_fit(torch: str, torchvision: str, needs: str) -> None:
    """A pair that cannot work is named with both versions and what to do."""
    problem = installation.torch_pair_problem(torch, torchvision, needs)
    assert problem is not None
    assert f"torch {torch}" in problem
    assert torchvision in problem
    assert "uninstall --yes torch torchvision" in problem


def test_cpu_stays_cpu() -> None:
    """Who has the small build for processors is not sent to the one that brings CUDA."""
    problem = installation.torch_pair_problem("2.5.0+cpu", "0.29.2", "torch>=2.14")
    assert problem is not None
    assert "--torch-backend=cpu" in problem


def test_unmet_requirements() -> None:
    """Missing and outdated packages are named; comments and other platforms are not."""
    requirements = (
        "# a comment\n"
        "plotly>=6,<7\n"
        "rich>=14  # another\n"
        "absent\n"
        "elsewhere; sys_platform == 'nowhere'\n"
    )
    installed = {"plotly": "6.9.0", "rich": "13.1"}
    unmet = installation.unmet_requirements(requirements, installed.get)
    assert unmet == ["rich>=14 (found 13.1)", "absent"]


def test_torchs_own_words_are_explained() -> None:
    """The error that torchvision raises beside a foreign torch becomes an instruction."""
    error = RuntimeError("operator torchvision::nms does not exist")
    assert "uninstall" in str(installation.explanation(error))
    assert installation.explanation(RuntimeError("out of paper")) is None


def test_check_does_not_import_torch() -> None:
    """Opening a page waits for no import of torch, and this installation passes."""
    code = (
        "import sys; from ui import installation; assert installation.problem() is None; "
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
