"""t-SNE, watched while it forms (van der Maaten & Hinton 2008)."""

import warnings
from typing import TYPE_CHECKING

import numpy as np

from vae.projection.pca import Pca

if TYPE_CHECKING:
    from vae.projection.method import Places, Settings, Watch

EARLY, LATER = 250, 500
"""Steps with exaggerated attraction, and after them (Linderman & Steinerberger 2019)."""
EVERY = 5
"""Steps between two looks."""
EXAGGERATION = 12
FEW = 2000
"""Points that several threads would only get in each other's way with."""


def tsne(codes: "Places", settings: "Settings", watch: "Watch") -> "Places":
    """By openTSNE, or by scikit-learn where that cannot be imported; then nothing is seen before the end."""
    try:
        import openTSNE  # noqa: F401, PLC0415 - compiled for some systems only
    except ImportError:
        return _by_sklearn(codes, settings)
    return _by_open_tsne(codes, settings, watch)


def _by_open_tsne(codes: "Places", settings: "Settings", watch: "Watch") -> "Places":
    from openTSNE import TSNEEmbedding, affinity  # noqa: PLC0415

    threads = 1 if len(codes) < FEW else -1
    by_fft = settings.dims == 2 and len(codes) >= FEW
    hands = 1 if by_fft else threads  # more than one hand makes the Fourier steps no faster
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # check_perplexity has judged thin neighbourhoods
        neighbours = affinity.PerplexityBasedNN(
            codes, perplexity=settings.perplexity, n_jobs=threads, random_state=settings.seed
        )
    forming = TSNEEmbedding(
        _start(codes, settings),
        neighbours,
        n_jobs=hands,
        random_state=settings.seed,
        negative_gradient_method="fft" if by_fft else "bh",
    )
    phases = ((EARLY, EXAGGERATION, 0.5), (LATER, 1, 0.8))
    done, total, enough = 0, EARLY + LATER, False

    def look(step: int, error: float, places: "Places") -> bool:
        nonlocal enough
        enough = not watch(done + step, total, np.asarray(places))
        return enough

    for steps, exaggeration, momentum in phases:
        forming = forming.optimize(
            n_iter=steps,
            exaggeration=exaggeration,
            momentum=momentum,
            inplace=True,
            n_jobs=hands,
            callbacks=look,
            callbacks_every_iters=EVERY,
        )
        if enough:
            break
        done += steps
    return np.array(forming)


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
