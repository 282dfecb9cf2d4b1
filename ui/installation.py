"""Whether what the app needs is installed and fits together, asked without importing it.

torch and torchvision are built as a pair. A torchvision beside a foreign torch fails deep in its
import with `operator torchvision::nms does not exist`, which tells nobody what to do.
"""

import re
import shlex
import sys
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
PIP = f"{shlex.quote(sys.executable)} -m pip"
# What torch and torchvision themselves say when they do not fit.
MISFITS = ("torchvision::nms", "custom C++ ops", "different CUDA major versions")


@cache
def problem() -> str | None:
    """What is wrong with this installation and what to do about it; None where nothing is."""
    unmet = unmet_requirements(REQUIREMENTS.read_text(encoding="utf-8"), installed_version)
    if unmet:
        return (
            f"The app needs packages that are not installed: {', '.join(unmet)}. Install them and "
            f"start the app again:\n\n`{PIP} install -r {shlex.quote(str(REQUIREMENTS))}`"
        )
    needs = next(
        (r.split(";")[0] for r in metadata.requires("torchvision") or () if _name(r) == "torch"),
        "torch",
    )
    return torch_pair_problem(built_version("torch"), built_version("torchvision"), needs)


def unmet_requirements(requirements: str, version_of: Callable[[str], str | None]) -> list[str]:
    """The lines of a requirements file that the installed versions do not meet."""
    lines = (line.partition("#")[0].strip() for line in requirements.splitlines())
    wanted = (Requirement(line) for line in lines if line)
    applicable = (r for r in wanted if r.marker is None or r.marker.evaluate())
    found = ((r, version_of(r.name)) for r in applicable)
    return [
        f"{r.name}{r.specifier}" + (f" (found {version})" if version else "")
        for r, version in found
        if version is None or not r.specifier.contains(version, prereleases=True)
    ]


def torch_pair_problem(torch: str, torchvision: str, needs: str) -> str | None:
    """What keeps this torchvision from working with this torch; None where they fit.

    Versions carry their build where it is known, such as 2.15.0+cpu; `needs` is what torchvision
    requires, such as torch>=2.14.
    """
    specifier = Requirement(needs).specifier
    if not specifier.contains(torch, prereleases=True):
        fault = f"torchvision {torchvision} needs torch{specifier}, and torch {torch} is installed."
    elif not _builds_fit(torch, torchvision):
        fault = f"torch {torch} and torchvision {torchvision} are builds for different hardware."
    else:
        return None
    return f"{fault} {reinstall_pair(cpu=_build(torch) == 'cpu')}"


def explanation(error: BaseException) -> str | None:
    """What to do about an error that torch or torchvision raises where the pair does not fit."""
    if any(misfit in str(error) for misfit in MISFITS):
        return f"torch and torchvision do not fit together. {reinstall_pair()}"
    return None


def reinstall_pair(*, cpu: bool = False) -> str:
    """The commands that bring a matching pair, for a person to copy."""
    requirements = shlex.quote(str(REQUIREMENTS))
    uv = f"{PIP} install uv && {shlex.quote(sys.executable)} -m uv pip install --torch-backend=cpu"
    install = uv if cpu else f"{PIP} install"
    return (
        "Reinstall the two together and start the app again:\n\n"
        f"`{PIP} uninstall --yes torch torchvision && {install} -r {requirements}`"
    )


def installed_version(name: str) -> str | None:
    """The installed version of a package; None where it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def built_version(name: str) -> str:
    """A version with its build (+cpu, +cu132), which a package's metadata may leave out."""
    distribution = metadata.distribution(name)
    source = Path(str(distribution.locate_file(f"{name}/version.py")))
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    stated = re.search(r"^__version__\s*=\s*['\"](.+?)['\"]", text, re.MULTILINE)
    return stated[1] if stated else distribution.version


def _name(requirement: str) -> str:
    return Requirement(requirement).name


def _build(version: str) -> str:
    return Version(version).local or ""


def _builds_fit(torch: str, torchvision: str) -> bool:
    """Only a torchvision for CUDA is bound to a build: to a torch of the same CUDA major version.

    Builds that are not named are not judged.
    """
    torch_cuda, vision_cuda = (
        re.fullmatch(r"cu(\d+)\d", _build(version)) for version in (torch, torchvision)
    )
    if vision_cuda is None:
        return True
    if torch_cuda is None:
        return _build(torch) != "cpu"
    return torch_cuda[1] == vision_cuda[1]
