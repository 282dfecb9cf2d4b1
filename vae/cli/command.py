"""Settings as the command line that gives them."""

import json
import shlex
from typing import Any

from vae import jobs
from vae.cli.settings import SETTINGS
from vae.config import RunConfig

KINDS = ["data.name", *(path for path in SETTINGS.values() if path.endswith(".kind"))]
"""Settings from which others follow, so that they are asked first."""


def command(config: RunConfig) -> str:
    """`python -m vae train` with the options that differ from their defaults."""
    wanted = _flat(config.model_dump(mode="json"))
    given: dict[str, Any] = {}
    if wanted.get("model.names"):
        del wanted["model.classes"], wanted["model.names"]  # which follow from the data
    while (path := _missing(given, wanted)) is not None:
        given[path] = wanted[path]
    options = {path: f"--{name.replace('_', '-')}" for name, path in SETTINGS.items()}
    words = ["python", "-m", "vae", "train"]
    for path, value in given.items():
        words += _words(options.get(path), path, value)
    return shlex.join(words)


def _missing(given: dict[str, Any], wanted: dict[str, Any]) -> str | None:
    """The first setting that does not follow from those given; a default may follow from a later one."""
    found = _default(given)
    open_ = [path for path in [*KINDS, *wanted] if path in wanted and path not in given]
    paths = (path for path in open_ if path != "model.shape")
    return next((path for path in paths if found.get(path) != wanted[path]), None)


def _default(given: dict[str, Any]) -> dict[str, Any]:
    """All settings that follow from some."""
    nested: dict[str, Any] = {}
    for path, value in given.items():
        *groups, name = path.split(".")
        place = nested
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value
    if given.get("data.name") == "folder":  # which needs a path, whatever it is
        nested["data"].setdefault("path", ".")
    return _flat(jobs.complete(nested).model_dump(mode="json"))


def _words(option: str | None, path: str, value: Any) -> list[str]:
    if option is None:
        return ["--set", f"{path}={json.dumps(value)}"]
    if isinstance(value, bool):
        return [option if value else option.replace("--", "--no-", 1)]
    return [option, ",".join(map(str, value)) if isinstance(value, list) else f"{value}"]


def _flat(nested: dict[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        path = f"{before}{name}"
        flat |= _flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return flat
