"""What works on this machine, and what to do about the rest."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from tempfile import TemporaryFile
from typing import Any, Literal

import psutil

from vae import jobs
from vae.compiler import compiler
from vae.errors import VaeError

Verdict = Literal["ok", "warning", "problem"]

PYTHON = (3, 11)
MEMORY = 2 << 30
"""Bytes that a training of the full MNIST may take, with torch."""
DISK = 1 << 30

OPTIONAL = {"onnx": "export as ONNX", "onnxscript": "export as ONNX", "onnxruntime": "run ONNX"}

_PAIR = "Reinstall the pair: pip install --force-reinstall torch torchvision"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    verdict: Verdict
    what: str
    found: str
    """What was found, and where it is not well what to do."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def examine() -> list[Check]:
    """All checks, in the order in which one thing needs another."""
    checks = (
        _python,
        _torch,
        _operators,
        _devices,
        _compiler,
        _threads,
        _memory,
        _runs,
        _data,
        _optional,
    )
    return [found for check in checks for found in _guarded(check)]


def _guarded(check: Callable[[], Iterator[Check]]) -> list[Check]:
    """A check's findings; one that cannot be made is a problem like another."""
    try:
        return list(check())
    except Exception as error:
        what = check.__name__.removeprefix("_")
        return [Check("problem", what, f"{type(error).__name__}: {error}")]


def _python() -> Iterator[Check]:
    version = platform.python_version()
    if sys.version_info < PYTHON:
        needed = ".".join(map(str, PYTHON))
        yield Check("problem", "Python", f"{version}; install Python {needed} or newer")
    else:
        yield Check("ok", "Python", f"{version} on {platform.platform(terse=True)}")


def _torch() -> Iterator[Check]:
    """torch and torchvision are built for each other; a foreign pair fails deep in the import."""
    versions = {name: _version(name) for name in ("torch", "torchvision")}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        yield Check(
            "problem", "torch", f"{' and '.join(missing)} missing: pip install -r requirements.txt"
        )
        return
    shown = ", ".join(f"{name} {version}" for name, version in versions.items())
    try:
        import torch  # noqa: F401, PLC0415 - whether it can be imported is the question
        import torchvision  # noqa: F401, PLC0415
    except Exception as error:
        yield Check("problem", "torch", f"{shown} do not load ({_first_line(error)}). {_PAIR}")
    else:
        yield Check("ok", "torch", shown)


def _operators() -> Iterator[Check]:
    """A step of training, on the smallest of models."""
    import torch  # noqa: PLC0415 - the rest can be examined without it

    from vae import models, objectives  # noqa: PLC0415
    from vae.config import ElboConfig, VaeConfig  # noqa: PLC0415

    model = models.build(VaeConfig(shape=(1, 8, 8), latent_dim=2))
    objective = objectives.build(ElboConfig(), model)
    terms = objective(model, torch.rand(4, 1, 8, 8), None, 0, torch.Generator().manual_seed(0))
    terms.loss.backward()
    if all(bool(p.grad.isfinite().all()) for p in model.parameters() if p.grad is not None):
        yield Check("ok", "operators", "a model runs forward and backward")
    else:
        yield Check("problem", "operators", f"a tiny model's gradient is not finite. {_PAIR}")


def _devices() -> Iterator[Check]:
    import torch  # noqa: PLC0415 - the rest can be examined without it

    found = [torch.cuda.get_device_name(each) for each in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("Apple MPS")
    if not found and shutil.which("nvidia-smi"):
        yield Check(
            "warning",
            "devices",
            "CPU only, though there is an NVIDIA driver: this torch has no CUDA",
        )
    else:
        yield Check("ok", "devices", ", ".join(found) or "CPU; no GPU is needed")


def _compiler() -> Iterator[Check]:
    without = "no C++ compiler; none is needed, long trainings would be faster with one (g++)"
    found = compiler()
    yield Check("ok", "compiler", f"{found}, for long trainings" if found else without)


def _threads() -> Iterator[Check]:
    cores = os.cpu_count() or 1
    few = "; with one core a training slows the app down"
    yield Check(
        "ok" if cores > 1 else "warning",
        "cores",
        f"{cores}, a training uses {max(1, cores - 1)}" + (few if cores == 1 else ""),
    )


def _memory() -> Iterator[Check]:
    memory = psutil.virtual_memory()
    shown = f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GB free"
    if memory.available < MEMORY:
        yield Check("warning", "memory", f"{shown}: close other programs before training")
    else:
        yield Check("ok", "memory", shown)


def _runs() -> Iterator[Check]:
    """Whether runs can be written where they belong."""
    root = jobs.root()
    folder = next(each for each in (root, *root.parents) if each.exists())
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"written")
    except OSError as error:
        what = f"{root} cannot be written to ({error.strerror}): set VAE_RUNS to a folder that can"
        yield Check("problem", "runs", what)
        return
    free = shutil.disk_usage(folder).free
    shown = f"{root}, {free / 2**30:.1f} GB free"
    if free < DISK:
        yield Check("warning", "runs", f"{shown}: delete runs, or set VAE_RUNS to another disk")
    else:
        yield Check("ok", "runs", shown)


def _data() -> Iterator[Check]:
    """Which images are there without a network."""
    from vae.config import DataConfig  # noqa: PLC0415
    from vae.data import load  # noqa: PLC0415 - imports torch

    yield Check("ok", "embedded digits", load(DataConfig(name="embedded"), "all").note)
    for name in ("mnist", "fashion-mnist", "kmnist"):
        with suppress(VaeError):
            found = load(DataConfig.model_validate({"name": name}), "test")
            if found.name == name:
                yield Check("ok", name, "on this machine")
                continue
        stand_in = ""
        if name == "mnist":
            stand_in = "; until then the app, and train --stand-in, take the embedded digits"
        yield Check("warning", name, f"downloads when it is first used{stand_in}")


def _optional() -> Iterator[Check]:
    for name, use in OPTIONAL.items():
        if find_spec(name):
            yield Check("ok", name, str(_version(name)))
        else:
            yield Check("warning", name, f"missing; to {use}: pip install {name}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
