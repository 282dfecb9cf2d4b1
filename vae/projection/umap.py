"""UMAP, watched while it forms (McInnes, Healy & Melville 2018)."""

import io
import warnings
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from vae.projection.method import Places, Settings, Watch

LARGE = 10_000
"""From so many points on fewer rounds do, as umap-learn has it."""


def umap(codes: "Places", settings: "Settings", watch: "Watch") -> "Places":
    """By umap-learn, the layout as its own `simplicial_set_embedding` does it.

    That call hands its result out at its end alone, so its two last steps are taken here, with the
    array in hand: the start by the graph's spectrum, and the rounds.
    """
    # It prints beside its progress, and warns of threads, seeds, and tensorflow, which is not used.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from umap import UMAP  # noqa: PLC0415 - compiles for some seconds
        from umap.layouts import optimize_layout_euclidean  # noqa: PLC0415
        from umap.umap_ import make_epochs_per_sample  # noqa: PLC0415

        model = UMAP(
            n_neighbors=settings.neighbours,
            n_components=settings.dims,
            min_dist=settings.min_dist,
            random_state=settings.seed,
            transform_mode="graph",
        ).fit(codes)
        rounds = 500 if len(codes) <= LARGE else 200
        graph = model.graph_.tocoo()
        graph.data[graph.data < graph.data.max() / rounds] = 0
        graph.eliminate_zeros()
        places = _start(codes, graph, settings)
        seeds = np.random.RandomState(settings.seed).randint(-(2**31) + 1, 2**31 - 1, 3)
        hook = _Rounds(places, rounds, watch)
        with suppress(_EnoughError):
            optimize_layout_euclidean(
                places,
                places,
                graph.row,
                graph.col,
                rounds,
                len(codes),
                make_epochs_per_sample(graph.data, rounds),
                model._a,
                model._b,
                seeds.astype(np.int64),
                verbose=True,
                tqdm_kwds={"file": hook, "mininterval": 0, "miniters": 1, "bar_format": "{n}\n"},
                move_other=True,
            )
    return places


def _start(codes: "Places", graph: Any, settings: "Settings") -> "Places":
    """Eigenvectors of the graph's Laplacian, from 0 to 10, a little shaken."""
    from umap.spectral import spectral_layout  # noqa: PLC0415

    noise = np.random.RandomState(settings.seed)
    if len(codes) > settings.dims + 2:
        start = spectral_layout(codes, graph, settings.dims, noise)
    else:
        start = noise.uniform(size=(len(codes), settings.dims))
    start = 10 * start / max(float(np.abs(start).max()), 1e-12)
    start = start + noise.normal(scale=1e-4, size=start.shape)
    spread = np.maximum(np.ptp(start, axis=0), 1e-12)
    scaled: np.ndarray = 10 * (start - start.min(0)) / spread
    return scaled.astype(np.float32, order="C")


class _EnoughError(Exception):
    """The watcher has seen enough."""


class _Rounds(io.TextIOBase):
    """What umap-learn prints its progress to, once a round: its one way to be heard in between."""

    def __init__(self, places: "Places", total: int, watch: "Watch") -> None:
        self.places = places
        self.total = total
        self.watch = watch

    def write(self, text: str) -> int:
        number = text.strip("\r\n ")
        if number.isdecimal() and not self.watch(int(number), self.total, self.places.copy()):
            raise _EnoughError
        return len(text)
