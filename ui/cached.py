"""What is worth keeping between runs of a page, for all sessions together, and within bounds.

torch is loaded here and nowhere else in the interface, and only for what needs it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import catalogue
from ui.catalogue import REACH, Catalogue, Entry
from ui.naming import DATA
from ui.train.history import History
from ui.train.timeline import Timeline, look
from vae import jobs
from vae.config import DataConfig, DataName
from vae.errors import CheckpointError, VaeError
from vae.export import timeline
from vae.jobs.status import ALIVE

if TYPE_CHECKING:
    from vae.models import Model

Progress = Callable[[str, int, int], None]
DOWNLOADS = ("mnist", "fashion-mnist", "kmnist")

_torch = threading.Lock()


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


@st.cache_data(ttl=1, max_entries=8, show_spinner=False)
def models(shipped: Path, runs: Path) -> Catalogue:
    """What can be explored; looked up once a second at most, however many sessions ask."""
    return catalogue.look(shipped, runs)


def explorable() -> Catalogue:
    """What can be explored, at its usual places."""
    return models(catalogue.shipped_folder(), jobs.root())


@st.cache_data(ttl=1, max_entries=8, show_spinner=False)
def _runs(root: Path) -> list[jobs.Entry]:
    return jobs.runs(root)


def runs() -> list[jobs.Entry]:
    """All trainings, newest first; looked up once a second at most."""
    return _runs(jobs.root())


def forget_runs() -> None:
    """Look again the next time, because something was just done to a training."""
    _runs.clear()
    models.clear()


@st.cache_resource(max_entries=32, show_spinner=False)
def _history(run: Path) -> History:
    return History(jobs.Run(run))


def history(run: jobs.Run) -> History:
    """The curves of a training as they are now."""
    found = _history(run.path)
    found.refresh()
    return found


def timeline_of_run(run: jobs.Run) -> Timeline | None:
    """A training to look back at as it is now; None before its first moment."""
    live = run.status.state in ALIVE
    return look(catalogue.run_key(run), run.path, run.config, history(run), live=live)


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
    count: int = 1
    """How many images there are to train on."""


@st.cache_data(ttl=60, max_entries=32, show_spinner=False)
def data_note(name: DataName, path: str) -> DataNote:
    """What a training on this data would see."""
    load_torch()
    from vae.data import load  # noqa: PLC0415

    title = DATA[name]
    try:
        data = load(DataConfig(name=name, path=Path(path) if path else None), "train")
    except VaeError as error:
        return DataNote(title, str(error), downloads=not path and name in DOWNLOADS)
    return DataNote(
        title, f"{data.note}.", downloads=data.name != name and not path, count=len(data)
    )


def download(config: DataConfig, progress: Progress) -> bool:
    """Fetch a set; False where no mirror answers."""
    load_torch()
    from vae.data import load  # noqa: PLC0415

    try:
        data = load(config, "train", download=True, progress=progress)
    finally:
        data_note.clear()
    return data.name == config.name


@st.cache_resource(max_entries=8, show_spinner=False)
def _model(weights: Path, version: str) -> "Model":
    load_torch()
    from vae.training import load_model  # noqa: PLC0415

    return load_model(weights).model.requires_grad_(False)


def model(entry: Entry) -> "Model":
    """The model of an entry as its weights are now."""
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
