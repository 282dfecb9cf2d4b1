"""From the few settings that someone gives to all of them, with defaults that suit each other."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo

from vae.classes import CLASSES
from vae.config import Config, DataConfig, RunConfig, parse
from vae.config.data import HEEDED_BY
from vae.errors import ConfigError
from vae.untrusted import shortened

SPRITES_BACKBONE = {"kind": "conv", "channels": (32, 32, 64, 64)}
"""Four convolutions for 64 x 64, as Burgess et al. 2018 use them."""

GROUPS = {"backbone": "mlp", "likelihood": "bernoulli", "prior": "standard-normal"}
"""Groups within the model's settings, and which variant of each is meant where none is named."""

Sections = dict[str, dict[str, Any]]
"""Settings by section: `{"data": {"name": ...}, "model": {...}, "objective": ..., "train": ...}`."""


def complete(given: Mapping[str, Any]) -> RunConfig:
    """All settings from those given, by section; ConfigError where they are wrong."""
    return parse(RunConfig, fill(given))


def fill(given: Mapping[str, Any]) -> Sections:
    """The given settings with the defaults that follow from them; what is given stands.

    The image's shape and the classes come from the data, a plain autoencoder gets its objective and
    grey pixels, one's own images keep their greys under a density, sprites a convolutional backbone.
    """
    if unknown := set(given) - set(RunConfig.model_fields):
        known = ", ".join(RunConfig.model_fields)
        raise ConfigError(
            f"Unknown group of settings '{shortened(min(unknown))}'. There are {known}."
        )
    sections = {name: _mapping(name, given.get(name, {})) for name in RunConfig.model_fields}
    data, model, objective = (sections[name] for name in ("data", "model", "objective"))
    model.setdefault("kind", "vae")
    plain = model["kind"] == "autoencoder"
    objective.setdefault("kind", "reconstruction" if plain else "elbo")
    _suit_pixels(data, model, plain=plain)
    images = _data(data)
    model.setdefault("shape", images.shape)
    if images.name == "sprites":
        backbone = _mapping("backbone", model.get("backbone", {}))
        if backbone.get("kind", "conv") == "conv":
            model["backbone"] = SPRITES_BACKBONE | backbone
    if model["kind"] == "cvae" and images.name in CLASSES:
        model.setdefault("classes", len(CLASSES[images.name]))
    for name, default in GROUPS.items():
        if name in model:
            model[name] = {"kind": default} | _mapping(name, model[name])
    return sections


def _suit_pixels(data: dict[str, Any], model: dict[str, Any], *, plain: bool) -> None:
    """Pixels and a likelihood that fit each other: a density for grey, Bernoulli for black and white.

    One's own images may be photographs, in colour too, of which black and white leave little.
    """
    likelihood = _mapping("likelihood", model.get("likelihood", {}))
    own = data.get("name") in ("folder", "own")
    grey = own and data.get("pixels", "grey") == "grey"
    kind = likelihood.setdefault("kind", "continuous-bernoulli" if grey else "bernoulli")
    model["likelihood"] = likelihood
    data.setdefault("pixels", "dynamic" if kind == "bernoulli" and not plain else "grey")


def misplaced(path: str, sections: Sections) -> str | None:
    """Why a setting such as `objective.beta` does not go with the chosen variants; None if it does."""
    if path.startswith("data."):
        return _unheeded(path.removeprefix("data."), sections.get("data", {}))
    owner: type[Config] = RunConfig
    chosen: Any = sections
    what = "a run"
    *groups, name = path.split(".")
    for group in groups:
        field = owner.model_fields.get(group)
        if field is None:
            return _lacks(what, owner)
        chosen = chosen.get(group, {}) if isinstance(chosen, Mapping) else {}
        variants = _variants(field)
        kind = chosen.get("kind") or getattr(field.default, "kind", None)
        if kind not in variants:
            return None  # an unknown variant, which `parse` puts into words
        owner, what = variants[kind], f"the {group} '{kind}'"
    return None if name in owner.model_fields else _lacks(what, owner)


def _unheeded(name: str, data: Mapping[str, Any]) -> str | None:
    """Why the chosen data takes no such setting."""
    chosen = data.get("name", DataConfig.model_fields["name"].default)
    others = {each for each, heeding in HEEDED_BY.items() if chosen not in heeding}
    has = [each for each in DataConfig.model_fields if each not in others]
    return None if name in has else _has(f"the data {chosen!r}", has)


def _data(section: dict[str, Any]) -> DataConfig:
    try:
        config = parse(DataConfig, section)
        if config.name == "folder" and config.path is None:
            raise ConfigError("data 'folder' needs a path: give the folder or zip of images.")
        return config
    except ConfigError as error:
        text = str(error)
        where = text.partition(":")[0]
        raise ConfigError(f"data.{text}" if where in DataConfig.model_fields else text) from None


def _lacks(what: str, owner: type[Config]) -> str:
    return _has(what, list(owner.model_fields))


def _has(what: str, names: Sequence[str]) -> str:
    has = ", ".join(name for name in names if name not in ("name", "kind", "shape"))
    return f"{what} has no such setting; it has {has or 'none'}"


def _variants(field: FieldInfo) -> dict[str | None, type[Config]]:
    """The classes that a group of settings may be of, by kind."""
    classes = get_args(field.annotation) or (field.annotation,)
    found: dict[str | None, type[Config]] = {}
    for each in classes:
        kind = each.model_fields.get("kind")
        found |= dict.fromkeys(get_args(kind.annotation) if kind else (None,), each)
    return found


def _mapping(name: str, section: Any) -> dict[str, Any]:
    if not isinstance(section, Mapping):
        raise ConfigError(
            f"{name}: a group of settings is needed (found {shortened(repr(section))})."
        )
    return dict(section)
