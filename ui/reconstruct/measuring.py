"""What PyTorch says of one picture, beside the page: every number in nats per image."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import cached
from ui.catalogue import Entry
from ui.naming import class_names
from vae.config import AutoencoderConfig, DataConfig, ModelConfig
from vae.errors import DataError

if TYPE_CHECKING:
    from vae.data import Dataset

SAMPLES = 200
"""Codes behind a picture's recon, KL and log p(x)."""
SHOWN = 5
"""Samples of the posterior that are shown."""
HELD_OUT = 500
"""Held-out pictures that a picture is compared with."""
HELD_OUT_SAMPLES = 10
KEPT = 1000
"""Held-out pictures that are there to pick from."""

Values = npt.NDArray[np.float64]

_now = ThreadPoolExecutor(1, "measuring")
_beside = ThreadPoolExecutor(1, "held-out")


@dataclass(frozen=True)
class Measured:
    """A picture in a model."""

    recon: float
    """Mean of -log p(x|z) over z ~ q(z|x)."""
    recon_error: float
    """Standard error of that mean."""
    mean: npt.NDArray[np.float32]
    """The reconstruction [c h w], of the posterior's mean."""
    mu: tuple[float, ...]
    kl: float | None = None
    """None of a plain autoencoder, as what follows."""
    kl_per_unit: tuple[float, ...] = ()
    log_weights: tuple[float, ...] = ()
    """Of importance samples: log p(x, z) - log q(z|x)."""
    samples: npt.NDArray[np.float32] | None = None
    """Pictures [k c h w] of codes drawn from the posterior."""

    @property
    def elbo(self) -> float | None:
        """-(recon + kl)."""
        return None if self.kl is None else -(self.recon + self.kl)

    @property
    def score(self) -> float:
        """What pictures are compared by, the higher the more usual: the ELBO, or -recon without one."""
        return -(self.recon + (self.kl or 0))

    def log_px(self, samples: int) -> float:
        """The importance-weighted bound of log p(x) with so many samples (Burda et al. 2016, eq. 8).

        With fewer than there are, the mean over as many groups of them as there are.
        """
        groups = np.array(self.log_weights).reshape(-1, samples)
        return float((np.logaddexp.reduce(groups, axis=1) - np.log(samples)).mean())

    @property
    def effective_samples(self) -> float:
        """How many samples carry the estimate: (sum w)^2 / sum w^2 (Kish 1965)."""
        log_w = np.array(self.log_weights)
        return float(np.exp(2 * np.logaddexp.reduce(log_w) - np.logaddexp.reduce(2 * log_w)))


@dataclass(frozen=True)
class HeldOut:
    """Pictures that a model has not been trained on, or that fit its shape."""

    pixels: npt.NDArray[np.uint8]
    """n c h w."""
    labels: tuple[int, ...]
    classes: tuple[str, ...]
    note: str


def measured(entry: Entry, pixels: bytes, label: int | None) -> "Future[Measured]":
    """A picture in a model, as soon as it is known."""
    known = label if entry.config.model.kind == "cvae" else None
    return _measured(entry.weights, entry.version, pixels, known, entry)


@st.cache_resource(max_entries=200, show_spinner=False)
def _measured(
    weights: Path, version: str, pixels: bytes, label: int | None, _entry: Entry
) -> "Future[Measured]":
    return _now.submit(_measure, _entry, pixels, label)


def _measure(entry: Entry, pixels: bytes, label: int | None) -> Measured:
    model = cached.model(entry)
    import torch  # noqa: PLC0415

    shape = entry.config.model.shape
    values = np.frombuffer(pixels, np.uint8).reshape(1, *shape)
    x = torch.from_numpy(values.copy()).float() / 255
    y = None if label is None else torch.tensor([label])
    noise = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        plain = isinstance(entry.config.model, AutoencoderConfig)
        found = model.infer(x, y, samples=1 if plain else SAMPLES, generator=noise)
        mu = found.posterior.mu
        mean = model.decode(mu, y).mean[0].numpy()
        recon = found.recon[:, 0].double()
        if plain:
            return Measured(float(recon[0]), 0.0, mean, tuple(mu[0].tolist()))
        many = None if y is None else y.expand(SHOWN)
        per_unit = found.kl[:, 0].double().mean(0)
        return Measured(
            float(recon.mean()),
            float(recon.std()) / SAMPLES**0.5,
            mean,
            tuple(mu[0].tolist()),
            float(per_unit.sum()),
            tuple(per_unit.tolist()),
            tuple(found.log_weight[:, 0].double().tolist()),
            model.decode(found.z[:SHOWN, 0], many).mean.numpy(),
        )


def usual(entry: Entry) -> "Future[Values]":
    """The scores of held-out pictures of the model's own data, in ascending order."""
    return _usual(entry.weights, entry.version, cached.data_version(entry.config.data), entry)


@st.cache_resource(max_entries=64, show_spinner=False)
def _usual(weights: Path, version: str, data_version: str, _entry: Entry) -> "Future[Values]":
    return _beside.submit(_scores, _entry)


def _scores(entry: Entry) -> Values:
    model = cached.model(entry)
    import torch  # noqa: PLC0415

    data = _held_out_data(entry.config.data, entry.config.model).first(HELD_OUT)
    noise = torch.Generator().manual_seed(0)
    plain = isinstance(entry.config.model, AutoencoderConfig)
    scores = []
    with torch.inference_mode():
        for index in torch.arange(len(data)).split(50):
            x = data.images.take(index).float() / 255
            y = data.labels[index] if model.classes and data.labels is not None else None
            found = model.infer(x, y, samples=1 if plain else HELD_OUT_SAMPLES, generator=noise)
            kl = 0 if plain else found.kl.sum(-1)
            scores.append(-(found.recon + kl).mean(0).double())
    values: Values = torch.cat(scores).numpy()
    return np.sort(values)


def held_out(entry: Entry) -> "Future[HeldOut]":
    """Pictures to pick from."""
    data, model = entry.config.data, entry.config.model
    settings = data.model_dump_json() + "/".join(map(str, (model.shape, class_names(entry.config))))
    return _held_out(settings, cached.data_version(data), data, model)


@st.cache_resource(max_entries=8, show_spinner=False)
def _held_out(
    settings: str, version: str, _config: DataConfig, _model: ModelConfig
) -> "Future[HeldOut]":
    return _now.submit(_look, _config, _model)


def _look(config: DataConfig, model: ModelConfig) -> HeldOut:
    """Held-out pictures; the embedded digits where the data is not there, if they fit."""
    import torch  # noqa: PLC0415

    try:
        data = _held_out_data(config, model)
    except DataError:
        data = _held_out_data(DataConfig(name="embedded"), model)
        if tuple(data.shape) != tuple(model.shape):
            raise
    index = torch.arange(min(KEPT, len(data)))
    labels = () if data.labels is None else tuple(data.labels[index].tolist())
    return HeldOut(data.images.take(index).numpy(), labels, data.classes, data.note)


def _held_out_data(config: DataConfig, model: ModelConfig) -> "Dataset":
    """Held-out pictures, with labels as the model counts them."""
    cached.load_torch()
    from vae.data import load  # noqa: PLC0415
    from vae.data.matching import matched  # noqa: PLC0415

    return matched(load(config, "test"), model)
