"""The moments that a training's snapshots keep, read without torch.

A folder holds one file a moment, `step-00000430.safetensors`, and `held-out.safetensors` with what
all of them were measured on.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from vae.errors import CheckpointError
from vae.export.layers import read_weights
from vae.files import MODEL_FILE, write_atomically
from vae.packed import pack

FORMAT = "latent-space-laboratory"
FOLDER = "snapshots"
HELD_OUT = "held-out.safetensors"
ENCODER = ("model.encoder.", "model.code.", "model.posterior.", "model.bottom_up.")
_READ = 4096
"""Files of which the header is remembered."""


@dataclass(frozen=True)
class Moment:
    """How far a training was at a step; numbers in nats per image, on held-out images."""

    path: Path
    version: str
    """Tells this file from another that takes its place."""
    step: int
    epoch: float
    recon: float
    kl_per_unit: tuple[float, ...]
    weights: Path | None
    """A file with the encoder too, so that a training can begin with it; None where there is none."""


@dataclass(frozen=True)
class HeldOut:
    """What all moments were measured on."""

    pictures: npt.NDArray[np.uint8]
    """[n c h w], those that are shown with their reconstructions: the first of the points."""
    labels: tuple[int, ...]
    """Of all points; -1 where there are none."""
    classes: tuple[str, ...]


def path_of(folder: Path, step: int) -> Path:
    """The file of a moment."""
    return folder / f"step-{step:08d}.safetensors"


def steps(folder: Path) -> list[int]:
    """The steps of which there is a file, in order."""
    found = (path.stem.removeprefix("step-") for path in folder.glob("step-*.safetensors"))
    return sorted(int(number) for number in found if number.isdigit())


def moments(folder: Path) -> list[Moment]:
    """All moments, in order; a file that is damaged is passed over.

    The last moment of a model that ships is the model, whose own file has all of its weights.
    """
    found: list[Moment] = []
    for step in steps(folder):
        path = path_of(folder, step)
        with suppress(OSError, CheckpointError):  # thinned out, or torn, in this very moment
            stat = path.stat()
            found.append(_moment(path, f"{stat.st_mtime_ns}-{stat.st_size}"))
    model = folder.parent / MODEL_FILE
    if found and found[-1].weights is None and model.is_file():
        found[-1] = replace(found[-1], weights=model)
    return found


def kept(steps: Iterable[int], most: int) -> set[int]:
    """The steps to keep, at most so many: the first, the last, and between them the first of each cell.

    Cells are equally wide in the square root of the step, since a model changes most when it begins.
    Their width grows by doubling, so that what is dropped once is never missed later.
    """
    every = sorted(steps)
    width = 0.5
    while True:
        first = {int(step**0.5 / width): step for step in reversed(every)}
        if len(first) < most or len(every) <= most:
            return {*first.values(), *every[-1:]} if len(every) > most else set(every)
        width *= 2


def codes(path: Path) -> dict[str, npt.NDArray[np.float16]]:
    """A moment's codes: `mu` [n d] of the held-out points, `codes` [m d] of the prior.

    Raises:
        CheckpointError: the file is gone or damaged.
    """
    try:
        with _opened(path) as file:
            return {name: file.get_tensor(name) for name in ("mu", "codes")}
    except SafetensorError as error:
        raise CheckpointError(f"{path} is damaged ({error}).") from error


def held_out(folder: Path) -> HeldOut | None:
    """What the moments of a folder were measured on; None where that is missing or damaged."""
    path = folder / HELD_OUT
    try:
        with _opened(path) as file:
            about = _header(file)
            labels = tuple(file.get_tensor("labels").tolist())
            return HeldOut(file.get_tensor("pictures"), labels, tuple(about["classes"]))
    except (CheckpointError, SafetensorError, KeyError):
        return None


def ship(run: Path, checkpoint: Path, most: int) -> None:
    """Copy a training's moments into a checkpoint's folder: few of them, with packed weights.

    They are about evenly apart in the square root of the step, as `kept` has them. The last one has
    a decoder alone: its whole weights are the checkpoint's own.

    Raises:
        CheckpointError: the training has no moments.
    """
    source, target = run / FOLDER, checkpoint / FOLDER
    if not (every := moments(source)):
        raise CheckpointError(
            f"{run} has no moments: train it again, they are recorded by default."
        )
    target.mkdir(exist_ok=True)
    for path in target.glob("*.safetensors"):
        path.unlink()
    write_atomically(target / HELD_OUT, (source / HELD_OUT).read_bytes())
    last = every[-1]
    for i in range(most):
        wanted = last.step * (i / (most - 1)) ** 2
        moment = min(every, key=lambda m: abs(m.step - wanted))
        _write_packed(moment, path_of(target, moment.step), whole=moment is not last)


def _write_packed(moment: Moment, path: Path, *, whole: bool) -> None:
    with _opened(moment.path) as file:
        about = _header(file)
    weights = read_weights(moment.path)
    arrays, layout = pack({k: v for k, v in weights.items() if whole or k.startswith("decoder.")})
    # Where the data lay concerns nobody else; of one's own folder of images the name is kept.
    data = about["config"]["data"]
    data["path"] = Path(data["path"]).name if data["name"] == "folder" else None
    header = json.dumps(about | {"packed": layout})
    content = save({**arrays, **codes(moment.path)}, {"format": FORMAT, "header": header})
    write_atomically(path, content)


@lru_cache(maxsize=_READ)
def _moment(path: Path, version: str) -> Moment:
    try:
        with _opened(path) as file:
            about = _header(file)
            names = [f"model.{name}" for name, _ in about.get("packed", ())] or file.keys()
            whole = any(name.startswith(ENCODER) for name in names)
        return Moment(
            path,
            version,
            int(about["step"]),
            float(about["epoch"]),
            float(about["recon"]),
            tuple(float(nats) for nats in about["kl_per_unit"]),
            path if whole else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({error}).") from error


def _opened(path: Path) -> Any:
    """The file; CheckpointError where it is none of ours."""
    try:
        return safe_open(path, framework="np")
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}).") from error


def _header(file: Any) -> dict[str, Any]:
    header: dict[str, Any] = json.loads((file.metadata() or {}).get("header", "{}"))
    return header
