"""The images that a map of a model can be of, and their codes: from its own file, or found now, and kept."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

from ui import cached, catalogue
from ui.catalogue import Entry
from vae.config import DataConfig
from vae.errors import DataError
from vae.files import MAP_FILE
from vae.projection import Points

if TYPE_CHECKING:
    from vae.data import Dataset

Part = Literal["test", "train", "all"]

FIRST = 10_000
"""Images that are encoded before the first map."""
MOST_NUMBERS = 2**23
"""Numbers of all codes together that travel to a browser."""

SAMPLES = 20
"""Importance samples of log p(x)."""
MOST_PIXELS = 10_000 * SAMPLES * 28 * 28
"""Decoded for log p(x): some seconds' worth."""

beside = ThreadPoolExecutor(1, "points")
"""For what a page need not wait for."""


@dataclass(frozen=True)
class Source:
    """Which images a map is of."""

    key: str
    title: str
    part: Part
    limit: int
    file: Path | None = None
    """Where their codes are already."""


def of(entry: Entry) -> dict[str, Source]:
    """The images that can be shown, those that are there at once first."""
    found = []
    file = entry.folder / MAP_FILE
    most = _most(entry)
    version = catalogue.version_of(file)
    if version and (note := _shipped(file, version, entry.weights, entry.version)):
        found.append(Source("shipped", note, "all", most, file))
    found.append(Source("held-out", "Held-out images", "test", min(FIRST, most)))
    found.append(Source("training", f"Training images, up to {most:,}", "train", most))
    return {source.key: source for source in found}


def _most(entry: Entry) -> int:
    return min(60_000, MOST_NUMBERS // entry.config.model.latent_dim)


@st.cache_data(max_entries=64, show_spinner=False)
def _shipped(file: Path, version: str, weights: Path, weights_version: str) -> str:
    """What the images of a shipped map are; empty where it is damaged, or of other weights."""
    try:
        found = Points.read(file)
        same = found.weights == hashlib.sha256(weights.read_bytes()).hexdigest()
    except (DataError, OSError):
        return ""
    return found.note if same else ""


def identity(entry: Entry) -> tuple[Path, str, str]:
    """What codes depend on: the weights, their version, and that of the data."""
    return entry.weights, entry.version, cached.data_version(entry.config.data)


def points(entry: Entry, source: Source) -> Points:
    """Codes of the images, and what is known of each: more, once it is measured."""
    found = _points(*identity(entry), source, entry)
    if source.file:
        return found
    measured = _measured(*identity(entry), source, entry, found)
    return measured.result() if measured.done() else found


def pending(entry: Entry, source: Source) -> bool:
    """Whether more numbers will be known of the images soon."""
    if source.file:
        return False
    found = _points(*identity(entry), source, entry)
    return not _measured(*identity(entry), source, entry, found).done()


@st.cache_resource(max_entries=6, show_spinner=False)
def _measured(
    weights: Path, version: str, data_version: str, source: Source, _entry: Entry, _found: Points
) -> "Future[Points]":
    return beside.submit(_measure, _entry, source, _found)


def _measure(entry: Entry, source: Source, found: Points) -> Points:
    """The points with what the model says of each image; log p(x) where that takes seconds."""
    from vae.analysis.measure import values  # noqa: PLC0415 - imports torch

    data = dataset(entry.config.data, source.part)
    pixels = entry.config.model.pixels * len(found) * SAMPLES
    samples = SAMPLES if pixels <= MOST_PIXELS else 0
    numbers = values(
        cached.model(entry),
        data,
        pixels=entry.config.data.pixels,
        limit=source.limit,
        samples=samples,
    )
    return found.with_(values=numbers)


@st.cache_resource(max_entries=6, show_spinner="Encoding images")
def _points(
    weights: Path, version: str, data_version: str, source: Source, _entry: Entry
) -> Points:
    if source.file:
        return Points.read(source.file)
    model = cached.model(_entry)
    data = dataset(_entry.config.data, source.part)
    from vae.analysis.measure import points as encode  # noqa: PLC0415 - imports torch

    found = encode(model, data, limit=source.limit)
    return found.with_(source=f"{data.name} {source.part}")


def dataset(config: DataConfig, part: Part) -> "Dataset":
    """The images of a part of the data, loaded once."""
    return _dataset(config, cached.data_version(config), part)


@st.cache_resource(max_entries=2, show_spinner=False)
def _dataset(config: DataConfig, version: str, part: Part) -> "Dataset":
    cached.load_torch()
    from vae.data import load  # noqa: PLC0415

    return load(config, part)
