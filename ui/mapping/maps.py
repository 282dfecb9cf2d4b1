"""Points and maps of a model as the page shows them: from its own file, or made now, and kept."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import cached, catalogue
from ui.catalogue import Entry
from ui.live import blobs
from ui.live.arrays import pack
from ui.live.map import Chart
from vae.config import DataConfig, parse
from vae.errors import DataError, VaeError
from vae.files import MAP_FILE
from vae.jobs.mapping import ALIVE, MapJob, Status
from vae.jobs.status import Wish
from vae.projection import Pca, Points, Settings, check, check_codes

if TYPE_CHECKING:
    from vae.data import Dataset

Part = Literal["test", "train", "all"]
Places = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]

FIRST = 10_000
"""Images that are encoded before the first map."""
MOST_NUMBERS = 2**23
"""Numbers of all codes together that travel to a browser."""
ATLAS_BYTES = 12 * 2**20
"""Of the small pictures of a map; there are many images or large ones, not both."""
VALUES = {"kl": "KL", "recon": "reconstruction", "log_px": "log p(x)"}

SAMPLES = 20
"""Importance samples of log p(x)."""
MOST_PIXELS = 10_000 * SAMPLES * 28 * 28
"""Decoded for log p(x): some seconds' worth."""

_beside = ThreadPoolExecutor(1, "points")
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


def sources(entry: Entry) -> dict[str, Source]:
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


def points(entry: Entry, source: Source) -> Points:
    """Codes of the images, and what is known of each: more, once it is measured."""
    found = _points(entry.weights, entry.version, source, entry)
    if source.file:
        return found
    measured = _measured(entry.weights, entry.version, source, entry, found)
    return measured.result() if measured.done() else found


def pending(entry: Entry, source: Source) -> bool:
    """Whether more will be known of the images soon: their numbers, or their pictures."""
    found = _points(entry.weights, entry.version, source, entry)
    measured = source.file or _measured(entry.weights, entry.version, source, entry, found).done()
    return not measured or pictures_pending(entry, source, found)


@st.cache_resource(max_entries=6, show_spinner=False)
def _measured(
    weights: Path, version: str, source: Source, _entry: Entry, _found: Points
) -> "Future[Points]":
    return _beside.submit(_measure, _entry, source, _found)


def _measure(entry: Entry, source: Source, found: Points) -> Points:
    """The points with what the model says of each image; log p(x) where that takes seconds."""
    from vae.analysis.measure import values  # noqa: PLC0415 - imports torch

    data = _dataset(entry.config.data, source.part)
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
def _points(weights: Path, version: str, source: Source, _entry: Entry) -> Points:
    if source.file:
        return Points.read(source.file)
    model = cached.model(_entry)
    data = _dataset(_entry.config.data, source.part)
    from vae.analysis.measure import points as encode  # noqa: PLC0415 - imports torch

    found = encode(model, data, limit=source.limit)
    return found.with_(source=f"{data.name} {source.part}")


@st.cache_resource(max_entries=2, show_spinner=False)
def _dataset(config: DataConfig, part: Part) -> "Dataset":
    cached.load_torch()
    from vae.data import load  # noqa: PLC0415

    return load(config, part)


# --- places --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A map as it is so far."""

    places: Places
    status: Status | None = None
    """Of what makes it; None where nothing had to be made."""


def find(points: Points, settings: Settings) -> Found:
    """A map: at once where it is linear, shipped or made before; else it begins to form.

    Raises:
        DataError, ConfigError: codes or settings of which no map can be made.
        RunError: the cache cannot be written to.
    """
    check(points.mu, settings)
    if settings.method == "pca":
        return Found(linear_places(points, settings))
    if settings.title in points.maps:
        return Found(points.maps[settings.title])
    job = _job(points, settings)
    if job.status.state == "new":
        job.start(points.mu, [settings])
    places = job.places()
    if places is None or places.shape != (len(points), settings.dims):
        start = Settings(dims=settings.dims)
        places = linear_places(points, start)
    return Found(places, job.status)


def forming(entry: Entry, source: Source, settings: Settings) -> bool:
    """Whether a map changes by itself."""
    if settings.method == "pca":
        return False
    try:
        points_ = points(entry, source)
        check(points_.mu, settings)
    except VaeError:
        return False  # said where the map is drawn
    if settings.title in points_.maps:
        return False
    return _job(points_, settings).status.state in ("new", *ALIVE)


def begin(points: Points, settings: Settings) -> None:
    """Make a map anew that was stopped, or failed."""
    _job(points, settings).start(points.mu, [settings])


def ask(points: Points, settings: Settings, wish: Wish) -> None:
    """Ask who makes a map for something."""
    _job(points, settings).ask(wish)


def _job(points: Points, settings: Settings) -> MapJob:
    known: dict[str, MapJob] = _jobs_of(points)
    if settings.title not in known:
        known[settings.title] = MapJob.of(points.mu, [settings])
    return known[settings.title]


_known: "WeakKeyDictionary[Points, dict[str, MapJob]]" = WeakKeyDictionary()


def _jobs_of(points: Points) -> dict[str, MapJob]:
    """Jobs by title: the name of one takes a hash over all codes."""
    return _known.setdefault(points, {})


# --- for the browser ------------------------------------------------------------------------------


def chart(
    entry: Entry, source: Source, points: Points, settings: Settings, places: Places
) -> Chart:
    """What the element needs to draw these points at these places."""
    of = (entry.weights, entry.version, source)
    return Chart(
        codes=blobs.digest(("codes", *of, *points.values), lambda: pack(_columns(points))),
        places=places_digest(places),
        linear=linear(points, settings),
        atlas=_atlas(entry, source, points),
        names=points.classes,
        tints=tints(points),
        title=f"{entry.key.replace('/', '-')}-{settings.title}",
    )


def _columns(points: Points) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {"mu": points.mu.astype(np.float16)}
    if points.logvar is not None:
        columns["logvar"] = points.logvar.astype(np.float16)
    if points.labels is not None:
        columns["label"] = (points.labels % 256).astype(np.uint8)
    numbers = {**points.values, **points.factors}
    return columns | {name: column.astype(np.float32) for name, column in numbers.items()}


def places_digest(places: Places) -> str:
    """The hash under which the browser finds places."""
    content = pack({"places": places.astype(np.float32)})
    return blobs.digest(("places", hashlib.sha256(content).digest()), lambda: content)


def tints(points: Points) -> list[dict[str, str]]:
    """What points can be coloured by: the class first, where there are classes."""
    labels = [] if points.labels is None else [{"id": "label", "title": "class", "unit": ""}]
    values = [
        {"id": name, "title": VALUES.get(name, name), "unit": "nats"} for name in points.values
    ]
    factors = [{"id": name, "title": name, "unit": ""} for name in points.factors]
    return [*labels, *values, *factors, {"id": "none", "title": "none", "unit": ""}]


def linear(points: Points, settings: Settings) -> Mapping[str, Any] | None:
    """The way from codes to places, of a map that is linear."""
    pca = plane(points, settings)
    if pca is None:
        return None
    missing = settings.dims - len(pca.components)
    components = np.pad(pca.components, ((0, missing), (0, 0)))
    return {"mean": pca.mean.tolist(), "components": components.tolist()}


def plane(points: Points, settings: Settings) -> Pca | None:
    """PCA; of codes with two units the plane of the units themselves."""
    if settings.method != "pca":
        return None
    check_codes(points.mu)
    units = points.mu.shape[1]
    if units == settings.dims == 2:
        return Pca(np.zeros(2), np.eye(2), points.mu.var(0) / points.mu.var(0).sum())
    return Pca.fit(points.mu, settings.dims)


def linear_places(points: Points, settings: Settings) -> Places:
    """Places on a linear map."""
    pca = plane(points, settings)
    assert pca is not None, "asked for PCA only"
    places = pca.apply(points.mu)
    return np.pad(places, ((0, 0), (0, settings.dims - places.shape[1]))).astype(np.float32)


# --- the pictures ---------------------------------------------------------------------------------


def pictures(entry: Entry, source: Source, points: Points) -> Pictures | None:
    """Small pictures [n c h w] of all points; None where their images are not on this machine."""
    return _pictures(entry.weights, entry.version, source, entry, points).result()


def pictures_pending(entry: Entry, source: Source, points: Points) -> bool:
    """Whether the pictures are still on their way."""
    return not _pictures(entry.weights, entry.version, source, entry, points).done()


def _atlas(entry: Entry, source: Source, points: Points) -> str:
    """The hash of the pictures, once they are there."""
    if pictures_pending(entry, source, points):
        return ""
    found = pictures(entry, source, points)
    if found is None:
        return ""
    key = ("pictures", points.source, str(entry.config.data.path), found.shape)
    return blobs.digest(key, lambda: pack({"pictures": found}))


@st.cache_resource(max_entries=6, show_spinner=False)
def _pictures(
    weights: Path, version: str, source: Source, _entry: Entry, _points: Points
) -> "Future[Pictures | None]":
    return _beside.submit(_draw_pictures, _entry.config.data, source, _points)


def _draw_pictures(config: DataConfig, source: Source, points: Points) -> Pictures | None:
    """The images that the points are of, if they are on this machine and the same."""
    part = source.part
    try:
        if source.file:
            name, _, shipped = points.source.partition(" ")
            part = next(each for each in get_args(Part) if each == shipped)
            config = config if name == config.name else parse(DataConfig, {"name": name})
        data = _dataset(config, part).first(len(points))
    except (VaeError, StopIteration):
        return None
    if len(data) != len(points):
        return None
    known = data.labels is not None and points.labels is not None
    if known and not np.array_equal(np.asarray(data.labels), np.asarray(points.labels)):
        return None
    return small_pictures(data)


def small_pictures(data: "Dataset") -> Pictures:
    """All images, shrunk by a whole number until they fit into the bytes that there are."""
    import torch  # noqa: PLC0415

    channels, height, width = data.shape
    factor = 1
    while len(data) * channels * (height // factor) * (width // factor) > ATLAS_BYTES:
        factor += 1
    parts = []
    for index in torch.arange(len(data)).split(2000):
        images = data.images.take(index).cpu()
        if factor > 1:
            images = torch.nn.functional.avg_pool2d(images.float(), factor).round().byte()
        parts.append(images.numpy())
    return np.concatenate(parts)
