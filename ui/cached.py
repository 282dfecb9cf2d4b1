"""What is worth keeping between runs of a page, for all sessions together, and within bounds.

torch is loaded here and nowhere else in the interface, and only for what needs it.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import catalogue
from ui.catalogue import Catalogue, Entry
from ui.history import History
from ui.live import REACH
from ui.naming import DATA
from vae import jobs
from vae.config import AutoencoderConfig, DataConfig, DataName, RunConfig
from vae.errors import CheckpointError, DataError, VaeError

if TYPE_CHECKING:
    from torch import Tensor

    from vae.models import Model

Progress = Callable[[str, int, int], None]
DOWNLOADS = ("mnist", "fashion-mnist", "kmnist")
HEAD_START = 1.0
"""Seconds in which a page can appear before torch is loaded for what is not urgent."""

_torch = threading.Lock()
_beside = ThreadPoolExecutor(1, "beside")
"""For what a page need not wait for."""


@cache
def warm_up() -> None:
    """Begin to load torch; once in the life of the server."""
    threading.Thread(target=_load_torch, daemon=True).start()


def _load_torch() -> None:
    """One thread for the server: sessions share the machine, and a training needs it more."""
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


@st.cache_data(ttl=60, max_entries=32, show_spinner=False)
def data_note(name: DataName, path: str) -> DataNote:
    """What a training on this data would see."""
    _load_torch()
    from vae.data import load  # noqa: PLC0415

    title = DATA[name]
    try:
        data = load(DataConfig(name=name, path=Path(path) if path else None), "train")
    except VaeError as error:
        return DataNote(title, str(error), downloads=not path and name in DOWNLOADS)
    return DataNote(title, f"{data.note}.", downloads=data.name != name and not path)


def download(config: DataConfig, progress: Progress) -> bool:
    """Fetch a set; False where no mirror answers."""
    _load_torch()
    from vae.data import load  # noqa: PLC0415

    try:
        data = load(config, "train", download=True, progress=progress)
    finally:
        data_note.clear()
    return data.name == config.name


@st.cache_resource(max_entries=8, show_spinner=False)
def _model(weights: Path, version: str) -> "Model":
    _load_torch()
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


def reach(entry: Entry) -> float | None:
    """How far from zero a slider goes; None until that is known, to which end it is measured.

    Three standard deviations of a normal prior, else as far as the codes lie.
    """
    if entry.has_normal_prior:
        return REACH
    measured = _reach(entry.weights, entry.version, entry.config)
    return measured.result() if measured.done() else None


@st.cache_resource(max_entries=64, show_spinner=False)
def _reach(weights: Path, version: str, _config: RunConfig) -> Future[float]:
    return _beside.submit(_measure_reach, weights, _config)


def _measure_reach(weights: Path, config: RunConfig) -> float:
    time.sleep(HEAD_START)
    _load_torch()
    import torch  # noqa: PLC0415

    from vae.training import load_model  # noqa: PLC0415

    network = load_model(weights).model
    with torch.inference_mode():
        if isinstance(config.model, AutoencoderConfig):
            codes = _codes_of_images(config, network)
        else:
            codes = network.prior.sample(1000)
    return max(REACH, float(np.ceil(np.quantile(codes.abs().numpy(), 0.995))))


def _codes_of_images(config: RunConfig, network: "Model") -> "Tensor":
    """Codes of some images that the model may know; a plain autoencoder puts them anywhere."""
    from vae.data import Batches, load  # noqa: PLC0415

    try:
        data = load(config.data, "test")
    except DataError:
        return network.prior.sample(1)
    batches = Batches(data, batch_size=500, pixels=config.data.pixels, seed=0, device="cpu")
    return network.encode(batches.next().x).mu
