"""The small pictures of a map's points, drawn beside the page."""

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import cached
from ui.catalogue import Entry
from ui.live import blobs
from ui.live.arrays import pack
from ui.mapping import map_sources
from ui.mapping.map_sources import Part, Source
from vae.config import DataConfig, RunConfig, parse
from vae.errors import VaeError
from vae.projection import Points

if TYPE_CHECKING:
    from vae.data import Dataset

Pictures = npt.NDArray[np.uint8]

ATLAS_BYTES = 12 * 2**20
"""Of the small pictures of a map; there are many images or large ones, not both."""


def of(entry: Entry, source: Source, points: Points) -> Pictures | None:
    """Small pictures [n c h w] of all points; None where their images are not on this machine."""
    return _pictures(*map_sources.identity(entry), source, entry, points).result()


def pending(entry: Entry, source: Source, points: Points) -> bool:
    """Whether the pictures are still on their way."""
    return not _pictures(*map_sources.identity(entry), source, entry, points).done()


def atlas(entry: Entry, source: Source, points: Points) -> str:
    """The hash of the pictures, once they are there."""
    if pending(entry, source, points):
        return ""
    found = of(entry, source, points)
    if found is None:
        return ""
    data = entry.config.data
    key = ("pictures", points.source, str(data.path), cached.data_version(data), found.shape)
    return blobs.digest(key, lambda: pack({"pictures": found}))


@st.cache_resource(max_entries=2, show_spinner=False)
def _pictures(
    weights: Path, version: str, data_version: str, source: Source, _entry: Entry, _points: Points
) -> "Future[Pictures | None]":
    return map_sources.beside.submit(_draw_pictures, _entry.config, source, _points)


def _draw_pictures(settings: RunConfig, source: Source, points: Points) -> Pictures | None:
    """The images that the points are of, if they are on this machine and the same."""
    from vae.data.matching import matched  # noqa: PLC0415 - imports torch

    part, config = source.part, settings.data
    try:
        if source.file:
            name, _, shipped = points.source.partition(" ")
            part = next(each for each in get_args(Part) if each == shipped)
            config = config if name == config.name else parse(DataConfig, {"name": name})
        data = matched(map_sources.dataset(config, part).first(len(points)), settings.model)
    except (VaeError, StopIteration):
        return None
    if len(data) != len(points):
        return None
    known = data.labels is not None and points.labels is not None
    if known and not np.array_equal(np.asarray(data.labels), np.asarray(points.labels)):
        return None
    return small(data)


def small(data: "Dataset") -> Pictures:
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
