"""What is worth keeping between runs of a page, for all sessions together, and within bounds.

torch is loaded here and nowhere else in the interface, and only for what needs it.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import catalogue
from ui.catalogue import REACH, Catalogue, Entry
from ui.door import paths
from ui.naming import DATA
from ui.train.history import History
from ui.train.timeline import Timeline, look
from vae import jobs, places
from vae.config import DataConfig, DataName, RunConfig, parse
from vae.errors import CheckpointError, VaeError
from vae.export import timeline
from vae.jobs.status import ALIVE
from vae.untrusted import shortened

if TYPE_CHECKING:
    from vae.models import Model

Progress = Callable[[str, int, int], None]
LOOK_AT_DATA = 2.0
"""Seconds for which a look at the files of the data holds."""
LOOK_SECONDS = 0.25
"""For which a look at a training holds for all who watch it."""
DOWNLOADS = ("mnist", "fashion-mnist", "kmnist")

_torch = threading.Lock()
_loaded = threading.Event()


def prepare_worker() -> None:
    """Have a worker that is ready before there is work, unless a training needs the machine."""
    if not any(entry.status and entry.status.state == "running" for entry in runs()):
        jobs.keep_ready()


@cache
def warm_up() -> None:
    """Begin to load torch; once in the life of the server."""
    threading.Thread(target=load_torch, daemon=True).start()


def load_torch() -> None:
    """Wait until torch is there, with one thread: sessions share the machine, a training needs it more."""
    with _torch:
        import torch  # noqa: PLC0415 - two seconds, in which a page can appear

        torch.set_num_threads(1)
        import vae.training  # noqa: F401, PLC0415
    _loaded.set()


def torch_is_loaded() -> bool:
    """Whether nobody has to wait for torch any more."""
    return _loaded.is_set()


class _Changes:
    """How often this server has changed something about the trainings."""

    now = 0


_changes = _Changes()


Missed = tuple[str, ...]
"""Names that a look did not find; a look for them is another look."""
Found = TypeVar("Found")


def _changed() -> tuple[int, int]:
    """A value that is another one once a run was changed here, or one came or went by whoever's hand."""
    try:
        return _changes.now, jobs.root().stat().st_mtime_ns
    except OSError:
        return _changes.now, 0


@st.cache_data(ttl=1, max_entries=8, show_spinner=False)
def _models(shipped: Path, runs: Path, changed: tuple[int, int], missed: Missed) -> Catalogue:
    return catalogue.look(shipped, runs)


def _found(look: Callable[[Missed], Found], missed_in: Callable[[Found], Missed]) -> Found:
    """What the last look found, or one of now where that finds what the last one missed."""
    found = look(())
    missed = missed_in(found)
    if missed and missed_in(look(missed)) != missed:
        forget_runs()
        return look(())
    return found


def explorable(*wanted: str | None) -> Catalogue:
    """What can be explored; looked up once a second at most, and anew where something wanted is not there."""
    return _found(
        lambda missed: _models(catalogue.shipped_folder(), jobs.root(), _changed(), missed),
        lambda found: tuple(key for key in wanted if key and not catalogue.holds(found, key)),
    )


@st.cache_data(ttl=1, max_entries=8, show_spinner=False)
def _runs(root: Path, changed: tuple[int, int], missed: Missed) -> list[jobs.Entry]:
    return jobs.runs(root)


def runs(wanted: str | None = None) -> list[jobs.Entry]:
    """All trainings, newest first; looked up once a second at most, and anew if the wanted one is missing."""
    return _found(
        lambda missed: _runs(jobs.root(), _changed(), missed),
        lambda found: (wanted,) if wanted and wanted not in {e.run.name for e in found} else (),
    )


def forget_runs() -> None:
    """Look again the next time, because something was just done to a training.

    A look that has begun before is nobody's answer any more: it may lack what was done.
    """
    _changes.now += 1
    for looked_up in (_seen, _timeline):
        looked_up.clear()


@dataclass(frozen=True)
class Seen:
    """A training at a moment."""

    config: RunConfig
    status: jobs.Status
    control: jobs.Control


@st.cache_resource(ttl=LOOK_SECONDS, max_entries=32, show_spinner=False)
def _seen(run: Path) -> Seen:
    looked = jobs.Run(run)
    return Seen(looked.config, looked.status, looked.control)


def seen(run: jobs.Run) -> Seen:
    """What a training says of itself; looked up four times a second at most, however many look.

    Raises:
        RunError: its files are missing or damaged.
    """
    return _seen(run.path)


@st.cache_resource(max_entries=32, show_spinner=False)
def _history(run: Path) -> History:
    return History(jobs.Run(run))


def history(run: jobs.Run) -> History:
    """The curves of a training as they are now."""
    found = _history(run.path)
    found.refresh()
    return found


@st.cache_resource(ttl=LOOK_SECONDS, max_entries=32, show_spinner=False)
def _timeline(path: Path) -> Timeline | None:
    run = jobs.Run(path)
    now = seen(run)
    live = now.status.state in ALIVE
    return look(catalogue.run_key(run), run.path, now.config, history(run), live=live)


def timeline_of_run(run: jobs.Run) -> Timeline | None:
    """A training to look back at as it is now, as often as `seen`; None before its first moment."""
    return _timeline(run.path)


@st.cache_data(ttl=60, max_entries=4, show_spinner=False)
def _recordings(shipped: Path) -> dict[str, Entry]:
    entries = catalogue.look(shipped, shipped / "no runs").entries
    return {key: e for key, e in entries.items() if (e.folder / timeline.FOLDER).is_dir()}


def recordings() -> dict[str, Entry]:
    """The models that ship together with their training."""
    return _recordings(catalogue.shipped_folder())


def recorded(entry: Entry) -> Timeline | None:
    """The training of a model that ships, where that was recorded."""
    run = jobs.Run(entry.folder)
    return look(entry.key, run.path, entry.config, history(run), live=False)


@st.cache_data(max_entries=64, show_spinner=False)
def _file(path: Path, version: str) -> bytes:
    return path.read_bytes() if version else b""


def file(path: Path) -> bytes:
    """A file as it is now; empty where there is none."""
    try:
        return _file(path, catalogue.version_of(path))
    except OSError:
        return b""


@dataclass(frozen=True)
class DataNote:
    """What data there is for a choice."""

    title: str
    note: str
    downloads: bool
    """Whether there is more to be had from a network."""
    count: int = 0
    """How many images there are to train on; 0 where they cannot be loaded."""
    lines: tuple[str, ...] = ()
    """What was understood of the data and what was left out, a line each; empty where the note is all."""


@st.cache_data(ttl=LOOK_AT_DATA, max_entries=32, show_spinner=False)
def _data_version(settings: str, around: tuple[str | None, ...]) -> str:
    return places.version(parse(DataConfig, settings))


def data_version(config: DataConfig) -> str:
    """Another one once other images would be read, as after a download; looked up every other second."""
    around = tuple(os.environ.get(name) for name in ("VAE_DATA", "VAE_CACHE"))
    return _data_version(config.model_dump_json(), around)


def data_note(name: DataName, path: str) -> DataNote:
    """What a training on this data would see; of a path named from elsewhere nothing."""
    try:
        config = parse(DataConfig, {"name": name, "path": path or None})
        paths.check(config)
        return _data_note(config, data_version(config))
    except VaeError as error:
        return DataNote(DATA[name], str(error), downloads=not path and name in DOWNLOADS)
    except OSError as error:  # a path that no disk can have
        found = shortened(path)
        return DataNote(DATA[name], f"{found} cannot be read: {error.strerror}.", downloads=False)


@st.cache_data(ttl=60, max_entries=32, show_spinner=False)
def _data_note(config: DataConfig, version: str) -> DataNote:
    load_torch()
    from vae.data import load  # noqa: PLC0415

    data = load(config, "train")
    downloads = data.name != config.name and config.path is None
    title, count = DATA[config.name], len(data)
    if not data.lines:
        return DataNote(title, f"{data.note}.", downloads=downloads, count=count)
    first, *rest = data.lines
    return DataNote(title, f"{first}.", downloads=downloads, count=count, lines=tuple(rest))


def download(config: DataConfig, progress: Progress) -> bool:
    """Fetch a set; False where no mirror answers."""
    load_torch()
    from vae.data import load  # noqa: PLC0415

    try:
        data = load(config, "train", download=True, progress=progress)
    finally:
        _data_version.clear()
    return data.name == config.name


def read_model(weights: Path) -> "Model":
    """The model in a file, read anew: for what is computed once, and kept without it."""
    load_torch()
    from vae.training import load_model  # noqa: PLC0415

    return load_model(weights).model.requires_grad_(False)


@st.cache_resource(max_entries=8, show_spinner=False)
def _model(weights: Path, version: str) -> "Model":
    return read_model(weights)


def model(entry: Entry) -> "Model":
    """The model of an entry as its weights are now, kept for what is asked next."""
    if not entry.version:
        raise CheckpointError(f"{entry.weights} is gone. Pick another model.")
    return _model(entry.weights, entry.version)


def decode(
    entry: Entry, codes: npt.NDArray[np.float32], label: int | None = None
) -> npt.NDArray[np.float32]:
    """Codes [n d] -> mean images [n c h w]."""
    network = model(entry)
    import torch  # noqa: PLC0415

    y = None if label is None else torch.full((len(codes),), label)
    with torch.inference_mode():
        means: npt.NDArray[np.float32] = network.decode(torch.from_numpy(codes), y).mean.numpy()
    return means


def draw(entry: Entry) -> list[float]:
    """A code from the prior; of an autoencoder, which has none, as far about as its codes lie."""
    network = model(entry)
    spread = 1.0 if entry.has_normal_prior or entry.learns_prior else entry.reach / REACH
    return [spread * value for value in network.prior.sample(1)[0].tolist()]
