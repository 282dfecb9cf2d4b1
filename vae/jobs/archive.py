"""A model in one file: a zip of JSON, safetensors and pictures, in which nothing can run code."""

import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from vae import zips
from vae.config import RunConfig, parse
from vae.errors import CheckpointError, ConfigError, RunError, VaeError
from vae.files import CONFIG_FILE, LAST_FILE, MODEL_FILE, unwritable
from vae.jobs.about import ABOUT
from vae.jobs.run import STATUS, Run
from vae.jobs.shelf import move
from vae.jobs.status import ALIVE
from vae.untrusted import SMALL, read_bytes, shortened
from vae.weights import check_fits, without_place

METRICS = "metrics.json"
LIMIT = 2 * 2**30
"""Bytes that a model may take when it is unpacked."""
RATIO = 100
"""Times that a file may be larger than in the zip: what was made to fill a disk has up to 1,000."""
_UNSUSPECTED = SMALL
"""Bytes up to which that does not matter."""


class Kind(NamedTuple):
    """Files of a model that are alike."""

    pattern: re.Pattern[str]
    size: int
    """Bytes that each may have."""
    most: int
    """How many there may be."""


def _kind(pattern: str, size: int, most: int = 1) -> Kind:
    return Kind(re.compile(pattern, re.ASCII), size, most)


KINDS = (
    _kind(rf"{CONFIG_FILE}|{STATUS}|{ABOUT}|{METRICS}|provenance\.json", SMALL, 5),
    _kind(r"events\.jsonl", 64 * 2**20),
    _kind(r"(model|best)\.safetensors", 2**29, 2),
    _kind(r"last\.safetensors", 3 * 2**29),
    _kind(r"samples/[\w-]{1,40}\.png", 2**20, 500),
    _kind(r"snapshots/(step-\d{1,12}|held-out)\.safetensors", 2**24, 100),
)
"""What belongs to a model; nothing else is packed, or taken out."""


def pack(folder: Path, further: Mapping[str, bytes] | None = None) -> bytes:
    """A run directory or a checkpoint's folder as a zip, with further files beside it.

    Weights hardly get smaller, so they are stored as they are.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            how = zipfile.ZIP_STORED if path.suffix in (".safetensors", ".png") else None
            name = path.relative_to(folder).as_posix()
            archive.write(path, f"{folder.name}/{name}", compress_type=how)
        for name, content in (further or {}).items():
            archive.writestr(f"{folder.name}/{name}", content)
    return buffer.getvalue()


def unpack(file: BinaryIO, root: Path, starter: str = "") -> Path:
    """Put the model of a zip into the folder of runs, after a look at all that it says.

    It belongs to `starter`, whoever made it. Where its images lay is not kept: that is a place on
    another machine, and may be anything on this one.

    Raises:
        RunError: no zip, one without a model, or one that is too large or damaged. Nothing is left of it.
    """
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".import-", dir=root))
    try:
        name = _extract(file, aside)
        _check(aside)
        if starter:
            Run(aside).ask(starter=starter)
        return move(aside, root, name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        why = shortened(str(error), 100)
        raise RunError(f"This is no whole zip file ({why}). Export the model again.") from error
    except OSError as error:
        raise RunError(f"The zip could not be unpacked. {unwritable(root, error)}") from error
    except VaeError as error:
        said = str(error).replace(f"{aside}/", "")
        unusable = isinstance(error, ConfigError | CheckpointError)
        raise RunError(f"The zip's model cannot be used: {said}" if unusable else said) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and kind_of(path.relative_to(folder).as_posix()):
            yield path


def kind_of(name: str) -> Kind | None:
    """What a file of a model is, by its name in the model's folder; None where it is none of its files."""
    return next((kind for kind in KINDS if kind.pattern.fullmatch(name)), None)


def _extract(file: BinaryIO, to: Path) -> str:
    """Take out what is known; returns the name of the folder that it was in."""
    with zips.opened(file) as archive:
        members = zips.listing(archive).entries
        settings = [path for name in members if (path := PurePosixPath(name)).name == CONFIG_FILE]
        if not settings:
            raise RunError(
                f"The zip holds no model: it has no {CONFIG_FILE}. Export one here first."
            )
        base = min(settings, key=lambda path: len(path.parts)).parent
        known = {
            PurePosixPath(name).relative_to(base): info
            for name, info in members.items()
            if PurePosixPath(name).is_relative_to(base)
            and kind_of(PurePosixPath(name).relative_to(base).as_posix())
        }
        _check_sizes(known)
        for path, info in known.items():
            _copy(archive, info, to / path)
    return re.sub(r"[^\w.-]+", "-", base.name).strip(".-")[:80] or "imported"


def _check_sizes(members: Mapping[PurePosixPath, zipfile.ZipInfo]) -> None:
    """RunError where the files are larger, more, or packed smaller than any of ours."""
    counts: Counter[Kind] = Counter()
    for path, info in members.items():
        kind = kind_of(path.as_posix())
        assert kind is not None, "only known files come here"
        counts[kind] += 1
        name = shortened(path.as_posix())
        if info.file_size > kind.size:
            raise RunError(
                f"{name} in the zip has {_mb(info.file_size)}, a file of its kind has at most "
                f"{_mb(kind.size)}. Export the model again."
            )
        if info.file_size > max(_UNSUSPECTED, RATIO * info.compress_size):
            raise RunError(
                f"{name} in the zip unpacks to {_mb(info.file_size)} from "
                f"{info.compress_size / 1000:,.0f} kB: no file of a model does. Export it again."
            )
        if counts[kind] > kind.most:
            raise RunError(
                f"The zip has more than {kind.most} files such as {name}. Export the model again."
            )
    if (whole := sum(info.file_size for info in members.values())) > LIMIT:
        raise RunError(
            f"The zip's model takes {_mb(whole)}, more than {_mb(LIMIT)}. "
            "Unpack it by hand into the folder of runs."
        )


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path) -> None:
    """Write one file, of as many bytes as the zip says: what comes out is counted."""
    to.parent.mkdir(exist_ok=True)
    left = info.file_size
    with archive.open(info) as source, to.open("wb") as target:
        while chunk := source.read(2**20):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{shortened(to.name)} is larger than it says")
            target.write(chunk)


def _check(folder: Path) -> None:
    """Settings that are understood and weights that fit them; a training that is over, or stopped."""
    config = parse(RunConfig, read_bytes(folder / CONFIG_FILE).decode("utf-8", "replace"))
    if not any((folder / name).is_file() for name in (MODEL_FILE, LAST_FILE)):
        raise CheckpointError(f"it has neither {MODEL_FILE} nor {LAST_FILE}.")
    for path in sorted(folder.rglob("*.safetensors")):
        if check_fits(path).config.model != config.model:
            raise CheckpointError(
                f"{path} is of another model than {CONFIG_FILE} says. Export the model again."
            )
        without_place(path)
    Run(folder).write_config(config.replace(data=config.data.replace(path=None)))
    if (folder / STATUS).exists():
        run = Run(folder)
        status = run.read_status()
        if status.state in (*ALIVE, "queued"):
            run.write_status(status.model_copy(update={"state": "stopped", "pid": None}))


def _mb(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{size / 2**10:,.0f} kB"
