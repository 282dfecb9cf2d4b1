"""The package that `pip install .` makes: the library and its command, anywhere."""

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from vae import __version__

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built from a copy of what it is made of, without a network."""
    made = tmp_path_factory.mktemp("package")
    tracked = ["pyproject.toml", "requirements.txt", "README.md"]
    tracked += [str(path.relative_to(ROOT)) for path in (ROOT / "vae").rglob("*.py")]
    for name in tracked:
        (made / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (made / "source" / name).write_bytes((ROOT / name).read_bytes())
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "-w", made, made / "source"], check=True
    )
    return next(made.glob("latent_space_laboratory-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder with the package and nothing else of this program."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(wheel.parent / "installed")
    return wheel.parent / "installed"


def _said(installed: Path, *words: str) -> str:
    """What Python says elsewhere, with the package before everything else."""
    place = {"PYTHONPATH": str(installed), "PATH": "", "HOME": str(installed)}
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=installed,
        env=place,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_dependencies_are_those_of_the_app(wheel: Path) -> None:
    """One list says them: requirements.txt."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith("/METADATA"))
        found = message_from_bytes(archive.read(name))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = {Requirement(text) for line in lines if (text := line.partition("#")[0].strip())}
    assert {Requirement(text) for text in found.get_all("Requires-Dist", [])} == wanted
    assert found["Version"] == __version__


def test_it_holds_the_library_whole(installed: Path) -> None:
    """Every module of the library is in it, and no other package."""
    there = {str(path.relative_to(installed)) for path in installed.rglob("*.py")}
    assert there == {str(path.relative_to(ROOT)) for path in (ROOT / "vae").rglob("*.py")}


def test_it_is_used_from_elsewhere(installed: Path) -> None:
    """A model is trained and loaded, and the command says what it can."""
    where = _said(installed, "-c", "import vae, vae.training; print(vae.__file__)")
    assert where.strip() == str(installed / "vae" / "__init__.py")
    assert "disentangle" in _said(installed, "-m", "vae", "--help")
    assert "torch" in _said(installed, "-m", "vae", "doctor")


def test_the_command_is_the_module(wheel: Path) -> None:
    """`vae` calls what `python -m vae` calls."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["vae"].partition(":")
    main = (ROOT / "vae" / "__main__.py").read_text(encoding="utf-8")
    assert f"from {module} import {function}" in main
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith("/entry_points.txt"))
        assert f"vae = {module}:{function}" in archive.read(name).decode()
