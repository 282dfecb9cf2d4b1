"""What all metrics share: factors, how they are drawn, codes, and the form of a result."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from jaxtyping import Float, Int
from pydantic import BaseModel, ConfigDict

from vae.data import sprites
from vae.errors import ConfigError

CodesFor = Callable[[Int[np.ndarray, " n"]], Float[np.ndarray, "n d"]]
"""The codes of images by their place among all: a model's, or made up from their factors."""

Matrix = tuple[tuple[float, ...], ...]

BATCH = 64
"""Images that share a factor, in the metrics that vote (disentanglement_lib's configurations)."""


@dataclass(frozen=True)
class Factors:
    """What an image was made from: one value of each, all combinations once, the last fastest."""

    names: tuple[str, ...] = sprites.FACTORS
    sizes: tuple[int, ...] = sprites.SIZES
    scored: tuple[str, ...] = sprites.FACTORS
    """Those that count. The others vary all the same."""
    categories: tuple[str, ...] = ("shape",)
    """Those whose values have no order."""

    def __post_init__(self) -> None:
        """ConfigError where fewer than two known factors are scored."""
        """ConfigError where fewer than two known factors are scored."""
        unknown = [name for name in self.scored if name not in self.names]
        if unknown or len(self.scored) < 2:
            raise ConfigError(
                f"Factors to score: found {', '.join(self.scored) or 'none'}, needed are at least "
                f"two of {', '.join(self.names)}."
            )

    @property
    def columns(self) -> tuple[int, ...]:
        """Places of the scored factors among all."""
        return tuple(self.names.index(name) for name in self.scored)

    def without(self, name: str) -> "Factors":
        """The same, but for one that no longer counts."""
        return replace(self, scored=tuple(each for each in self.scored if each != name))

    def sample(self, count: int, rng: np.random.Generator) -> Int[np.ndarray, "n k"]:
        """Values of all factors, each uniform and independent of the others."""
        return np.stack([rng.integers(0, size, count) for size in self.sizes], axis=1)

    def index(self, values: Int[np.ndarray, "*n k"]) -> Int[np.ndarray, "*n"]:
        """The place among all of the images with these values."""
        strides = [prod(self.sizes[after:]) for after in range(1, len(self.sizes) + 1)]
        places: Int[np.ndarray, "*n"] = values @ np.array(strides)
        return places

    def values(self, index: Int[np.ndarray, "*n"]) -> Int[np.ndarray, "*n k"]:
        """The values of all factors of the images at these places."""
        return np.stack(np.unravel_index(index, self.sizes), axis=-1)


class Measured(BaseModel):
    """A score and its working; rows of a matrix are units, columns the scored factors."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    metric: str
    score: float
    also: dict[str, float] = {}
    """Further scores by name."""
    matrices: dict[str, Matrix]
    """What the score is made of, the most telling one first."""
    vectors: dict[str, tuple[float, ...]] = {}
    """A number for each factor, or for each unit."""


def draw(
    codes_for: CodesFor, factors: Factors, count: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n d"], Int[np.ndarray, "n k"]]:
    """Codes of images drawn at random, and the values of their scored factors."""
    values = factors.sample(count, rng)
    return checked(codes_for(factors.index(values))), values[:, factors.columns]


def checked(codes: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """The codes, where a metric can be taken of them.

    Raises:
        ConfigError: fewer than two units, or values that are no numbers.
    """
    if codes.shape[1] < 2:
        raise ConfigError(
            f"A code of {codes.shape[1]} unit cannot be disentangled: the metrics compare units. "
            "Take a model with at least 2."
        )
    if not np.isfinite(codes).all():
        raise ConfigError(
            "Some codes are not numbers (NaN or infinite), as after a training that diverged. "
            "Take another model, or train again with a smaller learning rate."
        )
    return codes.astype(np.float64)


def rows(matrix: Float[np.ndarray, "d k"] | Int[np.ndarray, "d k"]) -> Matrix:
    """A matrix as a result holds it."""
    return tuple(row(each) for each in matrix)


def row(values: Float[np.ndarray, " n"] | Int[np.ndarray, " n"]) -> tuple[float, ...]:
    """A vector as a result holds it, to six decimals."""
    return tuple(round(float(value), 6) for value in values)


def gap(matrix: Float[np.ndarray, "d k"]) -> Float[np.ndarray, " k"]:
    """By how much the best unit of each factor is ahead of the second best."""
    second, best = np.sort(matrix, axis=0)[-2:]
    return np.asarray(best - second)
