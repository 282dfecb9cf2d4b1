"""What settings leave to the data: how many classes there are, and what they are called."""

from vae.classes import with_names
from vae.config import CvaeConfig, ModelConfig, RunConfig
from vae.data import Dataset
from vae.data.matching import quoted
from vae.errors import DataError

MOST = 1000
"""Classes that a conditional model takes."""


def settled(config: RunConfig, data: Dataset) -> RunConfig:
    """The settings with the classes of the data; as they are where they name them, or take none.

    Raises:
        DataError: data without labels, or with another number of classes than the settings ask for.
    """
    model = config.model
    if not isinstance(model, CvaeConfig) or model.names or data.labels is None:
        return config
    count = len(data.classes) or int(data.labels.max()) + 1
    if not 2 <= count <= MOST:
        raise DataError(
            f"{data.name} has {count:,} class{'' if count == 1 else 'es'}, a conditional model takes 2 to "
            f"{MOST:,}. Give data with that many, or use model 'vae'."
        )
    if model.classes not in (None, count):
        names = f" ({quoted(data.classes)})" if data.classes else ""
        raise DataError(
            f"{data.name} has {count} classes{names}, the settings ask for {model.classes}. Drop "
            "model.classes: the number follows from the data."
        )
    return config.replace(model=model.replace(classes=count, names=data.classes))


def named_as_before(config: RunConfig, data: Dataset) -> RunConfig:
    """The settings of a model that was trained before names were kept, with the names it has learned.

    Those of a folder were sorted as strings; a label of which there was no picture has no name.
    """
    model = config.model
    if not isinstance(model, CvaeConfig) or model.names or not model.classes:
        return config
    if config.data.name != "folder":
        return with_names(config)
    names = tuple(sorted(data.classes))[: model.classes]
    names += tuple(f"label {number}" for number in range(len(names), model.classes))
    return config.replace(model=model.replace(names=names))


def unnamed(model: ModelConfig) -> ModelConfig:
    """Settings without the names of classes, on which no weight depends."""
    return model.replace(names=()) if isinstance(model, CvaeConfig) else model
