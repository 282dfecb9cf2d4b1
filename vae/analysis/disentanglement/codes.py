"""Codes to take the metrics of: a model's, and made-up ones whose score is known."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float, Int

from vae.analysis.disentanglement.protocol import CodesFor, Factors
from vae.analysis.fits import device_of, fitting
from vae.data.dataset import Progress
from vae.data.sprites import COUNT, SpriteImages, index_to_factors, load_sprites
from vae.models import Model

Representation = Literal["mean", "sample"]

ENCODING = "sprites encoded"
"""What is told of the progress."""

_AT_ONCE = 2048
_SEED = 0
"""Of the noise."""


class Encoded:
    """A model's codes of sprites, each image encoded when it is first asked for, then kept.

    The mean of q(z|x), or one sample of it an image. A conditional model is told the shape.

    Raises:
        DataError: a model of other images.
    """

    def __init__(
        self,
        model: Model,
        representation: Representation = "mean",
        *,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> None:
        fitting(model, load_sprites("all"))
        self._model, self._representation, self._progress = model, representation, progress
        self._images = SpriteImages().to(device_of(model))
        self._noise = torch.Generator(device_of(model)).manual_seed(seed)
        self._codes = np.zeros((COUNT, model.latent_dim), np.float32)
        self._known = np.zeros(COUNT, bool)

    def __call__(self, index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n d"]:
        """The codes of the sprites at these places among all."""
        wanted = np.unique(index)
        missing = torch.from_numpy(wanted[~self._known[wanted]])
        for some in missing.split(_AT_ONCE):
            self._codes[some.numpy()] = self._encode(some)
            self._known[some.numpy()] = True
            if self._progress:
                self._progress(ENCODING, int(self._known.sum()), COUNT)
        return np.asarray(self._codes[index])

    @torch.inference_mode()
    def _encode(self, index: torch.Tensor) -> Float[np.ndarray, "n d"]:
        index = index.to(device_of(self._model))
        x = self._images.take(index).float() / 255
        y = index_to_factors(index)[:, 0] if self._model.classes else None
        q = self._model.encode(x, y)
        z = q.mu if self._representation == "mean" else q.sample(1, self._noise).z[0]
        codes: Float[np.ndarray, "n d"] = z.float().cpu().numpy()
        return codes


def true_factors(factors: Factors) -> CodesFor:
    """A unit a factor, holding its value: what every metric should call perfect."""

    def codes_for(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n d"]:
        middle, spread = _uniform(factors)
        return np.asarray((factors.values(index) - middle) / spread)

    return codes_for


def permuted(factors: Factors) -> CodesFor:
    """The same units in another order, every other one negated: as good."""
    true, order = true_factors(factors), np.roll(np.arange(len(factors.names)), 2)
    signs = np.where(np.arange(len(order)) % 2, -1.0, 1.0)
    return lambda index: true(index)[:, order] * signs


def rotated(factors: Factors) -> CodesFor:
    """The true factors turned in space: nothing is lost, but every unit mixes several.

    The turn is the discrete cosine transform, whose first unit is the sum of all factors.
    """
    size = len(factors.names)
    unit, factor = np.arange(size)[:, None], np.arange(size)[None]
    turn = np.sqrt(2 / size) * np.cos(np.pi * (factor + 0.5) * unit / size)
    turn[0] /= np.sqrt(2)
    true = true_factors(factors)
    return lambda index: np.asarray(true(index) @ turn.T)


def random(factors: Factors) -> CodesFor:
    """Noise that knows nothing of the image."""
    noise, units = np.random.default_rng(_SEED), 2 * len(factors.names)
    return lambda index: noise.standard_normal((len(index), units))


MADE_UP: dict[str, Callable[[Factors], CodesFor]] = {
    "true-factors": true_factors,
    "permuted": permuted,
    "rotated": rotated,
    "random": random,
}
"""Codes with which a metric is put to the test, by name."""


def _uniform(factors: Factors) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Mean and standard deviation of factors that are uniform on 0, 1, ... size - 1."""
    sizes = np.array(factors.sizes, float)
    return (sizes - 1) / 2, np.sqrt((np.square(sizes) - 1) / 12)
