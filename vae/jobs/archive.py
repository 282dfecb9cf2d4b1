"""A model in one file: a zip of JSON, safetensors and pictures, in which nothing can run code."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from vae.config import RunConfig, parse
from vae.errors import CheckpointError, ConfigError, RunError
from vae.export.layers import build, read_weights
from vae.files import LAST_FILE, MODEL_FILE
from vae.jobs.about import ABOUT
from vae.jobs.run import CONFIG, STATUS, Run
from vae.jobs.shelf import move
from vae.jobs.status import ALIVE

LIMIT = 2 * 2**30
"""Bytes that a model may take when it is unpacked."""
METRICS = "metrics.json"

_KNOWN = re.compile(
    rf"{CONFIG}|{STATUS}|{ABOUT}|{METRICS}|provenance\.json|events\.jsonl"
    rf"|(model|last|best)\.safetensors|samples/[\w-]+\.png|snapshots/[\w.-]+"
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

    It belongs to `starter`, whoever made it.

    Raises:
        RunError: no zip, one without a model, or one that is too large or damaged.
    """
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".import-", dir=root))
    try:
        name = _extract(file, aside)
        _check(aside)
        if starter:
            Run(aside).ask(starter=starter)
        folder = move(aside, root, name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise RunError(f"This is no whole zip file ({error}). Export the model again.") from error
    except (ConfigError, CheckpointError) as error:
        raise RunError(f"The zip's model cannot be used: {error}") from error
    except OSError as error:
        raise RunError(f"The zip could not be unpacked ({error.strerror}).") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _KNOWN.fullmatch(path.relative_to(folder).as_posix()):
            yield path


def _extract(file: BinaryIO, to: Path) -> str:
    """Take out what is known; returns the name of the folder that it was in."""
    with zipfile.ZipFile(file) as archive:
        settings = [
            PurePosixPath(name) for name in archive.namelist() if PurePosixPath(name).name == CONFIG
        ]
        if not settings:
            raise RunError(f"The zip holds no model: it has no {CONFIG}. Export one here first.")
        base = min(settings, key=lambda path: len(path.parts)).parent
        left = LIMIT
        for info in archive.infolist():
            path = PurePosixPath(info.filename)
            if not path.is_relative_to(base) or not _KNOWN.fullmatch(str(path.relative_to(base))):
                continue
            # What the header claims is not believed: what comes out is counted.
            left -= _copy(archive, info, to / path.relative_to(base), left)
    return re.sub(r"[^\w.-]+", "-", base.name).strip(".-") or "imported"


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path, limit: int) -> int:
    """Write one file, of so many bytes at most; returns how many there were."""
    to.parent.mkdir(exist_ok=True)
    count = 0
    with archive.open(info) as source, to.open("wb") as target:
        while chunk := source.read(2**20):
            count += len(chunk)
            if count > limit:
                raise RunError(
                    f"The zip's model takes more than {LIMIT / 2**30:.0f} GB. "
                    "Unpack it by hand into the folder of runs."
                )
            target.write(chunk)
    return count


def _check(folder: Path) -> None:
    """Settings that are understood and weights that fit them; a training that is over, or stopped."""
    config = parse(RunConfig, (folder / CONFIG).read_text(encoding="utf-8", errors="replace"))
    weights = next((f for n in (MODEL_FILE, LAST_FILE) if (f := folder / n).is_file()), None)
    if weights is None:
        raise CheckpointError(f"it has neither {MODEL_FILE} nor {LAST_FILE}.")
    build("decoder", config.model, read_weights(weights))
    if (folder / STATUS).exists():
        run = Run(folder)
        status = run.read_status()
        if status.state in (*ALIVE, "queued"):
            run.write_status(status.model_copy(update={"state": "stopped", "pid": None}))
