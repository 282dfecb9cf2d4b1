"""What is known of models side by side: shipped, kept from before, or measured beside the page."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from ui import cached, catalogue
from ui.catalogue import Entry
from vae.comparison import Comparison, content_key, held_out
from vae.files import cache_folder, write_atomically

SHIPPED = "comparison.json"
KEPT = "comparisons"
"""Folder of the cache."""

_beside = ThreadPoolExecutor(1, "compare")
_lock = threading.Lock()


@dataclass
class Measuring:
    """A comparison that is being made."""

    result: Future[Comparison] = field(default_factory=Future)
    done: int = 0
    of: int = 1


def contents(entries: Sequence[Entry]) -> list[str]:
    """The SHA-256 of each model's file, by which comparisons know it."""
    return [_content(entry.weights, entry.version) for entry in entries]


def comparison(entries: Sequence[Entry]) -> Comparison | Measuring:
    """What is known of these models; where nothing is, it is being measured from now on.

    Raises:
        VaeError: data or weights that they cannot be measured with.
    """
    keys = contents(entries)
    shipped = _read(catalogue.shipped_folder() / SHIPPED)
    if shipped is not None and set(keys) <= shipped.models.keys():
        return shipped
    held = held_out([entry.config for entry in entries])
    version = cached.data_version(held.data)
    name = content_key(keys, held.data.model_dump_json(), version, held.split)
    with _lock:
        measuring = _measuring(name, tuple(keys), tuple(entries))
    if not measuring.result.done():
        return measuring
    if measuring.result.exception() is not None:
        _measuring.clear(name, tuple(keys), tuple(entries))  # the next visit tries again
    return measuring.result.result()


@st.cache_data(max_entries=256, show_spinner=False)
def _content(weights: Path, version: str) -> str:
    return hashlib.sha256(weights.read_bytes()).hexdigest() if version else ""


@st.cache_resource(max_entries=16, show_spinner=False)
def _measuring(name: str, _keys: tuple[str, ...], _entries: tuple[Entry, ...]) -> Measuring:
    measuring = Measuring(of=len(_entries))
    _beside.submit(_measure, name, _keys, _entries, measuring)
    return measuring


def _measure(
    name: str, keys: tuple[str, ...], entries: tuple[Entry, ...], measuring: Measuring
) -> None:
    """Read what was kept, or measure and keep it; an error is for whoever asks."""

    def progress(_: str, done: int, of: int) -> None:
        measuring.done, measuring.of = done, of

    try:
        place = cache_folder() / KEPT / f"{name}.json"
        found = _read(place) or _compare(keys, entries, progress)
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, found.model_dump_json().encode())
        measuring.result.set_result(found)
    except Exception as error:  # whatever it is, the page has to hear of it
        measuring.result.set_exception(error)


def _compare(
    keys: tuple[str, ...], entries: tuple[Entry, ...], progress: cached.Progress
) -> Comparison:
    cached.load_torch()
    from vae.analysis.compare import compare  # noqa: PLC0415
    from vae.data import load  # noqa: PLC0415

    held = held_out([entry.config for entry in entries])
    models = {
        key: cached.read_model(entry.weights) for key, entry in zip(keys, entries, strict=True)
    }
    data = load(held.data, held.split)
    return compare(models, data, pixels=held.data.pixels, progress=progress)


def _read(path: Path) -> Comparison | None:
    """A comparison in a file; None where there is none, or one of another version."""
    try:
        return Comparison.model_validate_json(cached.file(path)) if path.is_file() else None
    except ValueError:
        return None
