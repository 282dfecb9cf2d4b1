"""What the map's element needs to draw points: codes, places, colours and pictures, as blobs."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from ui.catalogue import Entry
from ui.live import blobs
from ui.live.arrays import pack
from ui.live.map import Chart
from ui.mapping import map_pictures, map_places, map_sources
from ui.mapping.map_places import Places
from ui.mapping.map_sources import Source
from vae.projection import Points, Settings

VALUES = {"kl": "KL", "recon": "reconstruction", "log_px": "log p(x)"}


def of(entry: Entry, source: Source, points: Points, settings: Settings, places: Places) -> Chart:
    """What the element needs to draw these points at these places."""
    whose = (entry.weights, entry.version, source)
    return Chart(
        codes=blobs.digest(("codes", *whose, *points.values), lambda: pack(_columns(points))),
        places=digest_of(places),
        linear=map_places.linear(points, settings),
        atlas=map_pictures.atlas(entry, source, points),
        names=points.classes,
        tints=tints(points),
        title=f"{entry.key.replace('/', '-')}-{settings.title}",
    )


def pending(entry: Entry, source: Source) -> bool:
    """Whether more will be known of the images soon: their numbers, or their pictures."""
    points = map_sources.points(entry, source)
    return map_sources.pending(entry, source) or map_pictures.pending(entry, source, points)


def _columns(points: Points) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {"mu": points.mu.astype(np.float16)}
    if points.logvar is not None:
        columns["logvar"] = points.logvar.astype(np.float16)
    if points.labels is not None:
        many = points.labels.size and points.labels.max() > np.iinfo(np.uint8).max
        columns["label"] = points.labels.astype(np.float32 if many else np.uint8)
    if points.files is not None:
        names = "\n".join(" ".join(name.split()) for name in points.files)
        columns["file"] = np.frombuffer(names.encode(), np.uint8)
    numbers = {**points.values, **points.factors}
    return columns | {name: column.astype(np.float32) for name, column in numbers.items()}


def digest_of(places: Places) -> str:
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
