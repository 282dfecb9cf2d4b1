"""What a comparison says of its models; as JSON it is kept on the disk and shipped."""

import hashlib
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

VERSION = 1
"""Of what is measured: another protocol is another number here."""


class Compared(BaseModel):
    """One model, measured on the comparison's images; in nats per image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: tuple[int | None, ...]
    """For each shared unit, the model's own; None where it has none left."""
    signs: tuple[int, ...]
    correlations: tuple[float, ...]
    """|r| with the reference's unit over the images."""
    nll: float
    """-log p(x) by the importance-weighted bound."""
    elbo: float
    recon: float
    kl: float
    kl_per_unit: tuple[float, ...]
    active_units: int
    mutual_information: float | None
    """None for a ladder."""
    blur: float
    """Of reconstructions: 0 as sharp as the data, 1 without any edge."""
    sample_blur: float
    """Of pictures decoded from the prior."""


class Comparison(BaseModel):
    """Models measured on the same images, each by the SHA-256 of its weights' file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    """The model whose units the others' are matched with."""
    note: str
    """Which images, in words."""
    images: int
    samples: int
    """Importance samples behind `nll`."""
    pictures: tuple[str, ...]
    """A few of the images: base64 of uint8 values, channel after channel."""
    models: dict[str, Compared]


def content_key(models: Iterable[str], *data: object) -> str:
    """A name for the comparison of these models, given by content, on some data."""
    text = "\n".join([str(VERSION), *map(str, data), *sorted(models)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
