"""The exact posterior of a picture, summed up by PyTorch beside the page."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui import cached
from ui.catalogue import Entry
from ui.reconstruct.measuring import HeldOut
from ui.reconstruct.reconstruction import PATIENCE
from ui.state import Picture
from vae.config import AutoencoderConfig, LadderConfig

if TYPE_CHECKING:
    from vae.analysis.exact_posterior import ExactPosterior

HALF = 128
"""From this value on a grey pixel counts as on."""

_beside = ThreadPoolExecutor(1, "exact")


def has_one(entry: Entry) -> bool:
    """Whether a model's posterior can be summed up: a plane of codes, and a Gaussian q(z|x)."""
    model = entry.config.model
    return model.latent_dim == 2 and not isinstance(model, AutoencoderConfig | LadderConfig)


def binarised(picture: Picture) -> bytes:
    """Every pixel on or off, as a Bernoulli likelihood has them."""
    values = np.frombuffer(picture.pixels, np.uint8)
    return np.where(values >= HALF, 255, 0).astype(np.uint8).tobytes()


def first_picture(entry: Entry, found: HeldOut) -> Picture:
    """What is on the pad before anyone has drawn."""
    label = found.labels[0] if entry.config.model.kind == "cvae" and found.labels else None
    return Picture(found.pixels[0].tobytes(), entry.config.model.shape, label, "data")


def posterior(entry: Entry, picture: Picture) -> "Future[ExactPosterior]":
    """Both posteriors of a picture, as soon as they are known; the page waits a moment for them."""
    binary = entry.config.model.likelihood.kind == "bernoulli"
    pixels = binarised(picture) if binary else picture.pixels
    known = picture.label if entry.config.model.kind == "cvae" else None
    future = _posterior(entry.weights, entry.version, pixels, known, entry)
    wait([future], PATIENCE)
    return future


@st.cache_resource(max_entries=32, show_spinner=False)
def _posterior(
    weights: Path, version: str, pixels: bytes, label: int | None, _entry: Entry
) -> "Future[ExactPosterior]":
    return _beside.submit(_sum_up, _entry, pixels, label)


def _sum_up(entry: Entry, pixels: bytes, label: int | None) -> "ExactPosterior":
    model = cached.model(entry)
    import torch  # noqa: PLC0415

    from vae.analysis.exact_posterior import exact_posterior  # noqa: PLC0415

    values = np.frombuffer(pixels, np.uint8).reshape(1, *entry.config.model.shape)
    x = torch.from_numpy(values.copy()).float() / 255
    return exact_posterior(model, x, None if label is None else torch.tensor([label]))
