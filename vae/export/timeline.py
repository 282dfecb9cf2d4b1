"""The moments that a training's snapshots keep, read without torch.

A folder holds one file a moment, `step-00000430.safetensors`, and `held-out.safetensors` with what
all of them were measured on.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from vae.errors import CheckpointError
from vae.files import MODEL_FILE, write_atomically
from vae.packed import pack
from vae.untrusted import finite
from vae.weights import FORMAT, header_of, opened, read_arrays, read_header, read_weights

FOLDER = "snapshots"
HELD_OUT = "held-out.safetensors"
ENCODER = ("model.encoder.", "model.code.", "model.posterior.", "model.bottom_up.")
_STEP = re.compile(r"step-([0-9]{1,12})")
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
    found = (_STEP.fullmatch(path.stem) for path in folder.glob("step-*.safetensors"))
    return sorted(int(each[1]) for each in found if each)


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
    dim = read_header(path).config.model.latent_dim
    return read_arrays(path, dict.fromkeys(("mu", "codes"), ("F16", (None, dim))))


def held_out(folder: Path) -> HeldOut | None:
    """What the moments of a folder were measured on; None where that is missing or damaged."""
    path = folder / HELD_OUT
    try:
        header = read_header(path)
        wanted = {
            "labels": ("I32", (None,)),
            "pictures": ("U8", (None, *header.config.model.shape)),
        }
        found = read_arrays(path, wanted)
        classes = tuple(str(name) for name in header.told["classes"])
    except (CheckpointError, KeyError, TypeError):
        return None
    return HeldOut(found["pictures"], tuple(found["labels"].tolist()), classes)


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
    about = dict(read_header(moment.path).told)
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
    with opened(path) as file:
        header = header_of(file)
        names = [f"model.{name}" for name, _ in header.packed or ()] or list(file.tensors)
    epoch, recon = (finite(header.told.get(name)) for name in ("epoch", "recon"))
    per_unit = header.told.get("kl_per_unit")
    kl = [finite(nats) for nats in per_unit] if isinstance(per_unit, list) else []
    known = [nats for nats in kl if nats is not None]
    if epoch is None or recon is None or len(known) != header.config.model.latent_dim:
        raise CheckpointError(f"{path} does not say what was measured. Take another copy.")
    whole = any(name.startswith(ENCODER) for name in names)
    return Moment(path, version, header.step, epoch, recon, tuple(known), path if whole else None)
