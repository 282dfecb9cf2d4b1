"""What classes are called, in the order of their numbers: of the known data, and of a model's settings."""

import re

from vae.config import CvaeConfig, DataName, RunConfig

DIGITS = tuple("0123456789")

CLASSES: dict[DataName, tuple[str, ...]] = {
    "mnist": DIGITS,
    "embedded": DIGITS,
    "fashion-mnist": (
        "T-shirt",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "sprites": ("square", "ellipse", "heart"),
}
"""A folder of images has its own."""


def natural(name: str) -> tuple[object, ...]:
    """What names are sorted by: numbers in them by their size, letters whatever their case."""
    parts: list[tuple[object, ...]] = []
    for part in re.findall(r"[0-9]+|[^0-9]+", name):
        digits = part.lstrip("0")  # compared by length first, since int() refuses very long ones
        parts.append((0, len(digits), digits) if part[0] in "0123456789" else (1, part.casefold()))
    return (*parts, (2, name))


def names_of(config: RunConfig) -> tuple[str, ...]:
    """The labels that a conditional model takes, by number; empty for another model.

    A model keeps the names of its classes. One of before they were kept has those of the known data,
    or else their numbers.
    """
    model = with_names(config).model
    if not isinstance(model, CvaeConfig):
        return ()
    return model.names or tuple(str(number) for number in range(model.classes or 0))


def with_names(config: RunConfig) -> RunConfig:
    """The settings with the names of the known data's classes, where a model kept none."""
    model, known = config.model, CLASSES.get(config.data.name, ())
    if not isinstance(model, CvaeConfig) or model.names or len(known) != model.classes:
        return config
    return config.replace(model=model.replace(names=known))
