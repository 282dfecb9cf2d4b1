"""From codes to places: which method, how it is set, and one call for all of them."""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field

from vae.projection.checks import (
    check_codes,
    check_neighbours,
    check_perplexity,
    most,
)
from vae.projection.pca import Pca

Method = Literal["pca", "tsne", "umap"]
METHODS: tuple[Method, ...] = get_args(Method)
MAX_POINTS = 60_000

Places = Float[np.ndarray, "_ _"]
Watch = Callable[[int, int, Places], bool]
"""Called while a map forms: steps done, steps in all, places so far. False ends it there."""


class Settings(BaseModel):
    """How a map is made. What a method does not know does not matter to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method = "pca"
    dims: Literal[2, 3] = 2
    perplexity: float = Field(default=30.0, ge=1)
    """t-SNE: how many neighbours a point has, in effect."""
    neighbours: int = Field(default=15, ge=2, le=200)
    """UMAP: how many neighbours a point has."""
    min_dist: float = Field(default=0.1, ge=0, le=1)
    """UMAP: how close points may come to each other."""
    seed: int = Field(default=0, ge=0, lt=2**31)

    @property
    def title(self) -> str:
        """A name that tells maps with other settings apart, such as `tsne-2d-p30-s0`."""
        start = f"{self.method}-{self.dims}d"
        match self.method:
            case "tsne":
                return f"{start}-p{self.perplexity:g}-s{self.seed}"
            case "umap":
                return f"{start}-k{self.neighbours}-d{self.min_dist:g}-s{self.seed}"
            case _:
                return start

    def fitted(self, count: int) -> "Settings":
        """The same for so many images: what nobody asked for by name is no more than they allow."""
        free = most(count).keys() - self.model_fields_set
        fitting = {name: min(getattr(self, name), most(count)[name]) for name in sorted(free)}
        return self.model_copy(update=fitting)


def check(codes: Float[np.ndarray, "n d"], settings: Settings) -> None:
    """What keeps a map from being made, before anything is computed.

    Raises:
        DataError: codes of which no map can be made.
        ConfigError: more neighbours of a point than so few images have.
    """
    check_codes(codes)
    if settings.method == "tsne":
        check_perplexity(settings.perplexity, len(codes))
    if settings.method == "umap":
        check_neighbours(settings.neighbours, len(codes))


def project(
    codes: Float[np.ndarray, "n d"], settings: Settings, watch: Watch | None = None
) -> Places:
    """A map of codes, centred on zero; the same codes and settings give the same map.

    Raises:
        DataError, ConfigError: as `check` says.
    """
    check(codes, settings)
    watch = watch or (lambda done, total, places: True)
    match settings.method:
        case "tsne":
            from vae.projection.tsne import tsne as make  # noqa: PLC0415 - imports its library
        case "umap":
            from vae.projection.umap import umap as make  # noqa: PLC0415 - half a minute
        case _:
            places = Pca.fit(codes, settings.dims).apply(codes)
            return _padded(places, settings.dims)
    return _centred(make(codes, settings, watch))


def _centred(places: Places) -> Places:
    centred: np.ndarray = places - places.mean(0)
    return centred.astype(np.float32)


def _padded(places: Places, dims: int) -> Places:
    """Codes of fewer units than the map has directions lie on a line or a plane of it."""
    missing = dims - places.shape[1]
    return np.pad(places, ((0, 0), (0, missing))).astype(np.float32)
