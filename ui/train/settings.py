"""The settings of a training as options that a person sets: read off the settings' own classes.

What a class does not have is not asked, so only what matters for a choice is shown.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ui.train.words import CHOICES, WORDS
from vae import jobs
from vae.config import Config, RunConfig
from vae.errors import ConfigError
from vae.untrusted import shortened

Kind = Literal["choice", "whole", "number", "switch", "list", "text"]
Values = Mapping[str, Any]
"""Settings by path, such as `model.latent_dim`, as the widgets hold them."""

NEED_INDEPENDENT_UNITS = {"beta-tc", "factor", "dip-i", "dip-ii"}
SECTIONS = ("data", "model", "objective", "train")
DERIVED = {
    *("model.shape", "model.classes", "model.names", "data.hold_out", "data.image_shape"),
    "train.changes",
}
"""Not asked: these follow from the data, from levers, or are for models that ship and for programs."""
FOLDER_ONLY = {"data.size", "data.channels"}
"""Asked of one's own images; other data says it itself."""
FILES = {"folder", "mnist", "fashion-mnist", "kmnist"}
"""Data that may lie in a folder which is given."""


_HOLDS: dict[Kind, type | tuple[type, ...]] = {
    "whole": int,
    "number": (int, float),
    "switch": bool,
    "list": str,
    "text": str,
}


@dataclass(frozen=True)
class Option:
    """One thing to set."""

    path: str
    label: str
    help: str
    kind: Kind
    default: Any
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    may_be_empty: bool = False

    def accepts(self, value: Any) -> bool:
        """Whether the widget can hold a value, which may be that of another kind's option."""
        if self.choices:
            return value in self.choices
        if value is None:
            return self.may_be_empty
        return isinstance(value, _HOLDS[self.kind])

    def name_of(self, choice: Any) -> str:
        """What a choice is called."""
        return CHOICES.get(choice, str(choice))


def options(section: str, values: Values) -> Iterator[Option]:
    """What there is to set in a section, given what is set: a chosen kind brings its options."""
    field = RunConfig.model_fields[section]
    if section == "objective":
        fitting = _objectives(values)
        if values.get("objective.kind") not in fitting:
            values = {**values, "objective.kind": fitting[0]}
    for option in _fields(section, field.annotation, field, values):
        if option.path in FOLDER_ONLY and values.get("data.name") != "folder":
            continue
        if option.path == "data.path" and values.get("data.name") not in FILES:
            continue
        if option.path == "data.name":
            here = tuple(name for name in option.choices if name != "own")
            option = replace(option, choices=here)  # noqa: PLW2901
        if option.path == "objective.kind":
            option = replace(option, choices=fitting, default=fitting[0])  # noqa: PLW2901
        yield option


def suited(values: Values) -> dict[str, Any]:
    """The pixels and the likelihood that fit the chosen data and model, to be changed from there."""
    data, kind = values["data.name"], values["model.kind"]
    path = {"path": "."} if data == "folder" else {}  # which need not be known yet
    filled = jobs.fill({"data": {"name": data, **path}, "model": {"kind": kind}})
    return {
        "data.pixels": filled["data"]["pixels"],
        "model.likelihood.kind": filled["model"]["likelihood"]["kind"],
    }


def flatten(config: RunConfig) -> dict[str, Any]:
    """The settings as the widgets hold them."""
    return dict(_flatten("", config.model_dump()))


def build(values: Values) -> RunConfig:
    """The settings that the widgets hold; ConfigError in a sentence where they do not fit."""
    given: dict[str, Any] = {}
    shown = {option.path: option for section in SECTIONS for option in options(section, values)}
    for path, option in shown.items():
        *outer, last = path.split(".")
        place = given
        for name in outer:
            place = place.setdefault(name, {})
        value = values.get(path, option.default)
        place[last] = _read(option, value if option.accepts(value) else option.default)
    return jobs.complete(given)


def _objectives(values: Values) -> tuple[str, ...]:
    """The objectives that the chosen model can be trained by."""
    model = values.get("model.kind")
    if model == "autoencoder":
        return ("reconstruction",)
    kinds = tuple(_variants(RunConfig.model_fields["objective"].annotation))
    factorised = model != "ladder" and values.get("model.posterior") != "full"
    if (model == "vae" and values.get("model.prior.kind") == "vamp") or not factorised:
        kinds = tuple(kind for kind in kinds if kind not in NEED_INDEPENDENT_UNITS)
    return tuple(kind for kind in kinds if kind != "reconstruction")


def _fields(path: str, annotation: Any, field: FieldInfo, values: Values) -> Iterator[Option]:
    """The options that a field stands for: one, or those of its settings."""
    variants = _variants(annotation)
    if not variants:
        yield _option(path, field)
        return
    kinds = tuple(variants)
    chosen = kinds[0]
    if len(kinds) > 1 or path in ("model", "objective"):
        default = getattr(field.get_default(), "kind", kinds[0])
        selector = f"{path}.kind"
        chosen = values.get(selector, default)
        chosen = chosen if chosen in variants else default
        yield _named(selector, kind="choice", default=default, choices=kinds)
    settings = variants[chosen]
    for name, inner in settings.model_fields.items():
        if name != "kind" and f"{path}.{name}" not in DERIVED:
            yield from _fields(f"{path}.{name}", inner.annotation, inner, values)


def _variants(annotation: Any) -> dict[str, type[Config]]:
    """The classes of settings that an annotation allows, by kind."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = get_args(annotation) if _is_union(annotation) else (annotation,)
    found: dict[str, type[Config]] = {}
    for member in members:
        if isinstance(member, type) and issubclass(member, Config):
            kind = member.model_fields.get("kind")
            for name in get_args(kind.annotation) if kind else ("",):
                found[name] = member
    return found


def _option(path: str, field: FieldInfo) -> Option:
    """One option, by the type and the bounds of its field."""
    annotation, bounds = field.annotation, list(field.metadata)
    may_be_empty = False
    if _is_union(annotation):
        inner = [member for member in get_args(annotation) if member is not type(None)]
        may_be_empty = len(inner) < len(get_args(annotation))
        annotation = inner[0]
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        bounds += [each for m in more for each in getattr(m, "metadata", [m])]
    default = field.get_default()
    low = _bound(bounds, "ge", "gt")
    high = _bound(bounds, "le", "lt")
    if get_origin(annotation) is Literal:
        return _named(path, kind="choice", default=default, choices=get_args(annotation))
    if annotation is bool:
        return _named(path, kind="switch", default=default)
    if annotation in (int, float):
        kind: Kind = "whole" if annotation is int else "number"
        return _named(
            path, kind=kind, default=default, low=low, high=high, may_be_empty=may_be_empty
        )
    if get_origin(annotation) is tuple:
        return _named(path, kind="list", default=_written(default))
    assert annotation in (str, Path), f"no widget for {path}"
    return _named(path, kind="text", default=_written(default), may_be_empty=may_be_empty)


def _named(path: str, **rest: Any) -> Option:
    """An option with the words for it: those of its whole path, else of its last part."""
    key = path if path in WORDS else path.rpartition(".")[2]
    label, text = WORDS[key]
    return Option(path=path, label=label, help=text, **rest)


def _bound(metadata: list[Any], *names: str) -> float | None:
    found = (getattr(each, name, None) for each in metadata for name in names)
    return next((bound for bound in found if bound is not None), None)


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _flatten(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flatten(f"{path}.{name}" if path else name, inner)
    else:
        yield path, _written(value) if isinstance(value, tuple | Path) else value


def _written(value: Any) -> Any:
    """A value as a text field holds it."""
    if value is None:
        return None
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)


def _read(option: Option, value: Any) -> Any:
    """A value as the settings want it."""
    if option.kind == "list":
        try:
            return tuple(int(part) for part in str(value).replace(",", " ").split())
        except ValueError:
            raise ConfigError(
                f"{option.label}: whole numbers with commas between, such as 400, 200, are needed "
                f"(found {shortened(str(value))!r})."
            ) from None
    if option.may_be_empty and value in ("", None):
        return None
    return value
