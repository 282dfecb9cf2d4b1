"""What a file of ours says of itself: format, version, kind, how far the training was, settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from vae.config import RunConfig, parse
from vae.errors import CheckpointError, ConfigError
from vae.untrusted import finite, parse_json, shortened, whole
from vae.weights.container import MOST_TENSORS, Container, is_shape

FORMAT = "latent-space-laboratory"
VERSION = 1

Kind = Literal["model", "state", "snapshot", "held-out"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Header:
    """What a file says of itself, once it was found to make sense."""

    kind: Kind
    step: int
    config: RunConfig
    packed: tuple[tuple[str, tuple[int, ...]], ...] | None
    """Names and shapes of the weights, where they are packed."""
    own: str
    """Which parts of the model are a program's own, in words; empty where settings describe it all."""
    told: Mapping[str, Any]
    """All of it, as it stands there."""

    @property
    def first_recon(self) -> float | None:
        """Reconstruction at the first step, in nats per image."""
        return finite(self.told.get("first_recon"))


def header_of(file: Container) -> Header:
    """What an open file says of itself.

    Raises:
        CheckpointError: another program's, another version's, or damaged.
    """
    path = file.path
    if file.metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path} holds weights of another program. Give a file made here.")
    try:
        told = parse_json(file.metadata["header"])
        version, kind, step, settings = (told[k] for k in ("version", "kind", "step", "config"))
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(path) from error
    _check_version(path, version)
    if kind not in KINDS:
        raise CheckpointError(
            f"{path} is of the kind {shortened(repr(kind))}, needed is one of {', '.join(KINDS)}. "
            "Give a model, or export it again."
        )
    if (steps := whole(step)) is None:
        raise _damaged(path)
    packed = _layout(path, told["packed"]) if "packed" in told else None
    return Header(kind, steps, _settings(path, settings), packed, _own(told), told)


def _own(told: Mapping[str, Any]) -> str:
    parts = told.get("own")
    named = parts if isinstance(parts, list) else [parts] if parts else []
    return " and the ".join(shortened(str(part), 20) for part in named[:3])


def _check_version(path: Path, version: object) -> None:
    if type(version) is not int:  # a `true` counts as 1
        raise CheckpointError(
            f"{path} gives its format version as {shortened(repr(version))}, needed is the whole "
            f"number {VERSION}. Export the file again."
        )
    if version != VERSION:
        raise CheckpointError(
            f"{path} has format version {shortened(str(version))}, this program reads version "
            f"{VERSION}. Update the program, or export the file again."
        )


def _settings(path: Path, settings: object) -> RunConfig:
    if not isinstance(settings, dict):
        raise _damaged(path)
    try:
        return parse(RunConfig, settings)
    except ConfigError as error:
        raise CheckpointError(f"{path} has settings that are not known here: {error}") from error


def _layout(path: Path, layout: object) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Names and shapes of packed weights."""
    if not isinstance(layout, list) or len(layout) > MOST_TENSORS:
        raise _damaged(path)
    found = []
    for entry in layout:
        match entry:
            case [str(name), [*shape]] if is_shape(shape):
                found.append((name, tuple(shape)))
            case _:
                raise _damaged(path)
    return tuple(found)


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} has a damaged header. Take another copy, or train again.")
