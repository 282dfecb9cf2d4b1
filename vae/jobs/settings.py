"""From the few settings that someone gives to all of them, with defaults that suit each other."""

from collections.abc import Mapping
from typing import Any

from vae.config import DataConfig, RunConfig, parse
from vae.errors import ConfigError

CLASSES = {"mnist": 10, "fashion-mnist": 10, "kmnist": 10, "embedded": 10, "sprites": 3}

SPRITES_BACKBONE = {"kind": "conv", "channels": (32, 32, 64, 64)}
"""Four convolutions for 64 x 64, as Burgess et al. 2018 use them."""


def complete(given: Mapping[str, Any]) -> RunConfig:
    """Settings from those given, by section: `{"data": {"name": ...}, "model": {...}, ...}`.

    The image's shape and the classes come from the data, a plain autoencoder gets its objective and
    grey pixels, sprites a convolutional backbone. What is given stands, even where it is refused.
    """
    sections = {name: _mapping(name, given.get(name, {})) for name in RunConfig.model_fields}
    if unknown := set(given) - set(sections):
        raise ConfigError(f"Unknown setting '{sorted(unknown)[0]}'. Use {', '.join(sections)}.")
    data, model, objective = (sections[name] for name in ("data", "model", "objective"))
    model.setdefault("kind", "vae")
    plain = model["kind"] == "autoencoder"
    objective.setdefault("kind", "reconstruction" if plain else "elbo")
    if plain:
        data.setdefault("pixels", "grey")
    images = parse(DataConfig, data)
    model.setdefault("shape", images.shape)
    if images.name == "sprites":
        model.setdefault("backbone", SPRITES_BACKBONE)
    if model["kind"] == "cvae" and images.name in CLASSES:
        model.setdefault("classes", CLASSES[images.name])
    return parse(RunConfig, sections)


def _mapping(name: str, section: Any) -> dict[str, Any]:
    if not isinstance(section, Mapping):
        raise ConfigError(f"{name}: a group of settings is needed (found {section!r}).")
    return dict(section)
