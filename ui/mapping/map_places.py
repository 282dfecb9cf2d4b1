"""Where a map has its points: at once, or as they form in a process of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from ui.catalogue import Entry
from ui.mapping import map_sources
from ui.mapping.map_sources import Source
from vae.errors import VaeError
from vae.jobs.mapping import ALIVE, MapJob, Status
from vae.jobs.status import Wish
from vae.projection import Pca, Points, Settings, check, check_codes

Places = npt.NDArray[np.float32]


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
        points = map_sources.points(entry, source)
        check(points.mu, settings)
    except VaeError:
        return False  # said where the map is drawn
    if settings.title in points.maps:
        return False
    return _job(points, settings).status.state in ("new", *ALIVE)


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
