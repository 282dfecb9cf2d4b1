"""How data holds its ink, by the data's name: what a drawing or a photograph is fitted to."""

from dataclasses import dataclass
from typing import Literal

from vae.config import DataName


@dataclass(frozen=True, kw_only=True)
class Framing:
    """The place of the ink in a picture."""

    fill: float
    """The ink's larger side as a share of the picture's."""
    centre: Literal["mass", "box"]
    """What lies in the middle: the ink's centre of mass, or the box around it."""


DIGITS = Framing(fill=20 / 28, centre="mass")
"""As MNIST was made (LeCun et al. 1998)."""

FRAMINGS: dict[DataName, Framing | None] = {
    "mnist": DIGITS,
    "embedded": DIGITS,
    "fashion-mnist": Framing(fill=1.0, centre="box"),
    "kmnist": Framing(fill=1.0, centre="box"),
    "sprites": Framing(fill=0.4, centre="box"),
    "folder": None,
    "own": None,
}
"""None for pictures that are cut to shape and nothing else, as their data was."""
