"""What a live element is told of a model, whatever it does with it."""

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ui import plane, units
from ui.catalogue import REACH, Entry
from ui.live import weights
from ui.state import Picture
from vae.config import AutoencoderConfig
from vae.errors import VaeError
from vae.export.layers import PartName
from vae.framing import FRAMINGS

MAP_SIDE = 15
"""Pictures in a row of the map of a two-dimensional model."""


def described(entry: Entry, class_names: Sequence[str]) -> dict[str, Any]:
    """Where a model's parts are found, its units and their KL, its classes and its prior.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    config = entry.config.model
    return {
        "model": entry.key,
        "decoder": part(entry, "decoder"),
        "encoder": part(entry, "encoder"),
        "shape": config.shape,
        "dim": config.latent_dim,
        "layers": [asdict(layer) for layer in units.layers(config, entry.kl_per_unit)],
        "kl": entry.kl_per_unit if len(entry.kl_per_unit) == config.latent_dim else (),
        "reach": entry.reach,
        "classes": list(class_names),
        "prior": prior(entry),
    }


def problem(entry: Entry) -> str:
    """Why a model's parts cannot be given to the browser; empty where they can."""
    try:
        part(entry, "decoder")
        part(entry, "encoder")
    except VaeError as error:
        return str(error)
    return ""


def part(entry: Entry, name: PartName) -> str:
    """The hash under which the browser finds a part of the model."""
    return weights.digest(entry.weights, entry.version, entry.config.model, name)


def prior(entry: Entry) -> dict[str, Any]:
    """How the browser draws codes: from N(0, spread² I), or from a learned prior."""
    if entry.learns_prior:
        return {"spread": 1.0, "digest": part(entry, "prior")}
    # A plain autoencoder has no prior: its codes lie as far as the sliders go.
    wide = isinstance(entry.config.model, AutoencoderConfig)
    return {"spread": entry.reach / REACH if wide else 1.0, "digest": None}


def across(entry: Entry) -> list[float]:
    """Where the codes of the map stand along either unit, of a model that has two."""
    two = entry.config.model.latent_dim == 2
    return plane.across(MAP_SIDE, entry.reach, normal=entry.has_normal_prior) if two else []


def framing(entry: Entry) -> dict[str, Any] | None:
    """How a drawing is framed; none where the data's own place and size mean something."""
    name = entry.config.data.name
    found = None if name == "sprites" else FRAMINGS[name]
    return None if found is None else asdict(found)


def sent(picture: Picture | None) -> dict[str, Any] | None:
    """A person's picture as it travels."""
    if picture is None:
        return None
    return {"pixels": base64.b64encode(picture.pixels).decode(), "label": picture.label}
