"""Labels of some data as a model counts them: by the names of its classes."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Int
from torch import Tensor

from vae.config import CvaeConfig, ModelConfig
from vae.data.dataset import Dataset
from vae.errors import DataError

SHOWN = 5
"""Names that a message quotes."""
LONGEST = 40
"""Characters of a name that a message quotes."""


def matched(data: Dataset, config: ModelConfig) -> Dataset:
    """The data with its labels in the order of a conditional model's; other models take any.

    Where model and data name their classes these are matched by name, in whatever order, and the data
    may lack some. Else they are matched by number; but a folder's have no numbers of their own, and a
    model of before names were kept has learned them in the order of strings.

    Raises:
        DataError: no labels, or classes that the model does not know.
    """
    if not isinstance(config, CvaeConfig):
        return data
    if data.labels is None:
        raise DataError(
            f"{data.name} has no labels, which a conditional model needs. Choose data with classes, or "
            "model 'vae'."
        )
    names = config.names or tuple(sorted(data.classes) if data.name == "folder" else ())
    found = _renumbered(data, data.labels, names) if names and data.classes else data
    if found.labels is not None and len(found) and int(found.labels.max()) >= config.labels:
        raise DataError(
            f"{data.name} has {int(found.labels.max()) + 1} classes, the model knows {config.labels}. "
            "Choose other data."
        )
    return found


def quoted(names: Sequence[str]) -> str:
    """The first of some names, each cut to a sane length, and how many more there are."""
    shown = [name if len(name) <= LONGEST else f"{name[:LONGEST]}…" for name in names[:SHOWN]]
    more = len(names) - len(shown)
    return ", ".join([*shown, f"{more:,} more"] if more else shown)


def _renumbered(data: Dataset, labels: Int[Tensor, " n"], names: tuple[str, ...]) -> Dataset:
    if data.classes == names:
        return data
    number = {name: place for place, name in enumerate(names)}
    present = {data.classes[label] for label in labels.unique().tolist()}
    if unknown := [name for name in data.classes if name in present and name not in number]:
        what = "a class" if len(unknown) == 1 else "classes"
        raise DataError(
            f"{data.name} has {what} that the model has not learned: {quoted(unknown)}. It knows "
            f"{quoted(names)}. Leave those pictures out, or rename their folder."
        )
    places = torch.tensor([number.get(name, 0) for name in data.classes])
    return replace(data, labels=places[labels.cpu()].to(labels.device), classes=names)
