"""t-SNE, watched while it forms (van der Maaten & Hinton 2008)."""

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vae.projection.pca import Pca

if TYPE_CHECKING:
    from vae.projection.method import Places, Settings, Watch


class Phase(NamedTuple):
    """So many steps alike."""

    steps: int
    exaggeration: float
    """How much stronger neighbours attract than they should."""
    momentum: float
    rate: float
    """Learning rate, in points by exaggeration (Belkina et al. 2019)."""


PHASES = (
    Phase(100, 12, 0.8, 1),
    Phase(50, 6, 0.8, 2),
    Phase(50, 3, 0.9, 2),
    Phase(50, 1.5, 0.9, 2),
    Phase(150, 1, 0.95, 3),
)
"""The attraction is let go little by little instead of at once, so that neighbourhoods are not torn,
and then long strides do. The benchmark measures it: better maps than 1,000 usual steps make."""
FEW = 2000
"""Points that several threads would only get in each other's way with, and a grid is too much for."""
CELLS = 20
"""Across the grid at least: as long as a map is small, so many are more exact than a tree."""


def tsne(codes: "Places", settings: "Settings", watch: "Watch") -> "Places":
    """By openTSNE, or by scikit-learn where that cannot be imported; then nothing is seen before the end."""
    try:
        import openTSNE  # noqa: F401, PLC0415 - compiled for some systems only
    except ImportError:
        return _by_sklearn(codes, settings)
    return _by_open_tsne(codes, settings, watch)


def _by_open_tsne(codes: "Places", settings: "Settings", watch: "Watch") -> "Places":
    from openTSNE import TSNEEmbedding  # noqa: PLC0415

    threads = 1 if len(codes) < FEW else -1
    done, total, enough = 0, sum(phase.steps for phase in PHASES), False

    def look(step: int, error: float, places: "Places") -> bool:
        nonlocal enough
        enough = not watch(done + step, total, np.asarray(places))
        return enough

    forming = TSNEEmbedding(
        _start(codes, settings),
        _neighbours(codes, settings, threads),
        n_jobs=threads,
        random_state=settings.seed,
        min_num_intervals=CELLS,
        callbacks=look,
        callbacks_every_iters=1,
    )
    for phase in PHASES:
        by_grid = settings.dims == 2 and len(codes) >= FEW and phase.exaggeration > 1
        forming = forming.optimize(
            n_iter=phase.steps,
            exaggeration=phase.exaggeration,
            momentum=phase.momentum,
            learning_rate=phase.rate * len(codes) / phase.exaggeration,
            negative_gradient_method=_gradient(by_grid),
            inplace=True,
        )
        if enough:
            break
        done += phase.steps
    return np.array(forming)


def _neighbours(codes: "Places", settings: "Settings", threads: int) -> Any:
    """How much each point belongs to each: by an exact search, for codes the fastest as well."""
    from openTSNE import affinity  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # check_perplexity has judged thin neighbourhoods
        return affinity.PerplexityBasedNN(
            codes, perplexity=settings.perplexity, method="exact", n_jobs=threads
        )


def _gradient(by_grid: bool) -> Callable[..., Any]:
    """openTSNE's gradient: of a map that is still small by a grid and FFT, else by a tree.

    The grid grows with the map's area, the tree with the number of points only. openTSNE would measure
    the divergence for every look, which takes as long as a step, and nobody reads it.
    """
    from openTSNE.tsne import kl_divergence_bh, kl_divergence_fft  # noqa: PLC0415

    method = kl_divergence_fft if by_grid else kl_divergence_bh

    def gradient(places: "Places", attraction: Any, **how: Any) -> Any:
        return method(places, attraction, **how | {"should_eval_error": False})

    return gradient


def _start(codes: "Places", settings: "Settings") -> "Places":
    """The PCA map, small: it keeps the large structure (Kobak & Berens 2019). A seed shakes it."""
    noise = np.random.default_rng(settings.seed).normal(size=(len(codes), settings.dims))
    places = Pca.fit(codes, settings.dims).apply(codes)
    start = np.zeros_like(noise)
    start[:, : places.shape[1]] = places
    start = 1e-4 * start / max(float(start[:, 0].std()), 1e-12)
    return start + 1e-5 * noise if settings.seed == 0 else 1e-4 * noise


def _by_sklearn(codes: "Places", settings: "Settings") -> "Places":
    from sklearn.manifold import TSNE  # noqa: PLC0415

    places: Places = TSNE(
        settings.dims,
        perplexity=settings.perplexity,
        init=_start(codes, settings).astype(np.float32),
        random_state=settings.seed,
        n_jobs=-1,
    ).fit_transform(codes)
    return places
