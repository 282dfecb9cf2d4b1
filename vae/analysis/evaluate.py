"""How well a model describes images: every number in nats per image."""

import math

import torch
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from vae.analysis.fits import device_of, fitting
from vae.analysis.float64 import in_float64
from vae.analysis.likelihood import log_likelihood
from vae.analysis.mixture import log_mixture
from vae.config import VampPriorConfig
from vae.data import Batch, Dataset, in_order
from vae.data.batches import Pixels
from vae.data.dataset import Progress
from vae.errors import DataError
from vae.likelihoods import meaning
from vae.models import Autoencoder, Model
from vae.models.posterior import DiagonalGaussian, FullGaussian, Posterior, code_range

ACTIVE = 0.01
"""A unit is active where the variance of its posterior mean exceeds this (Burda et al. 2016)."""

DRAWS = 10
"""Codes an image by which reconstruction and KL are estimated."""

_VALUES = 2**22
"""Values computed at once: pixels, or a VampPrior's components times units."""


class Evaluation(BaseModel):
    """Means over the images, in nats per image; None for what a model does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    likelihood: str
    """What `recon`, `elbo` and `nll` are measured by."""
    images: int
    recon: float
    """-log p(x|z)."""
    samples: int
    """Importance samples behind `nll`."""
    posterior_range: tuple[tuple[float, float], ...]
    """Where 99 % of z ~ q(z), one code an image, lie in each unit: 0.5 % and 99.5 % quantiles."""
    nll: float | None = None
    """-log p(x) by the importance-weighted bound."""
    elbo: float | None = None
    """-(recon + kl)."""
    kl: float | None = None
    """KL(q(z|x) || p(z))."""
    kl_per_unit: tuple[float, ...] | None = None
    active_units: int | None = None
    """Units with Var_x(E_q[z]) > 0.01; a ladder's lower layers count given the mean above them."""
    mutual_information: float | None = None
    """Between an image and its code: kl - aggregate_kl; at most the log of the number of images."""
    aggregate_kl: float | None = None
    """KL(q(z) || p(z)), with q(z) the mean of q(z|x) over the images."""


@torch.no_grad()
def evaluate(  # noqa: PLR0913 - each is a part of the protocol
    model: Model,
    data: Dataset,
    *,
    samples: int,
    pixels: Pixels,
    seed: int = 0,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure a model on the first `limit` images, or on all; the seed fixes pixels and noise.

    A plain autoencoder has a reconstruction only. The aggregate posterior is a mixture over the
    images, for diagonal and full covariances; a ladder's q(z|x) is no Gaussian, and its mutual
    information and aggregate KL are None.

    Raises:
        DataError: images that do not fit the model, or numbers that come out NaN or infinite.
    """
    data = data if limit is None else data.first(limit)
    data = fitting(model, data)
    device = device_of(model)
    noise = torch.Generator(device).manual_seed(seed)
    totals = _Totals(model)
    batches = in_order(data, batch_size=_batch_size(model), pixels=pixels, seed=seed, device=device)
    for batch in batches:
        totals.add(batch, samples, noise)
        if progress:
            progress("images", totals.images, len(data))
    binary = pixels != "grey" or data.images.binary
    found = totals.evaluation(samples, likelihood_name(model, binary=binary))
    _check_finite(found)
    return found


def _check_finite(found: Evaluation) -> None:
    """DataError where a mean is no number."""
    means = {name: value for name, value in found if isinstance(value, float)}
    if broken := [name for name, value in means.items() if not math.isfinite(value)]:
        raise DataError(
            f"On these images {', '.join(broken)} of the model are not finite numbers: its weights are "
            "so large that they overflow. Pick another model, or train anew with a smaller learning rate."
        )


def likelihood_name(model: Model, *, binary: bool) -> str:
    """What a model's log p(x|z) is, on binary or on grey pixels."""
    return meaning(model.config.likelihood, binary=binary)


def _batch_size(model: Model) -> int:
    """Images whose codes, and what is computed of them, fit in a few megabytes."""
    prior = getattr(model.config, "prior", None)
    components = prior.components if isinstance(prior, VampPriorConfig) else 0
    values = max(model.config.pixels, components * model.latent_dim)
    return max(1, min(1000, _VALUES // (DRAWS * values)))


class _Totals:
    """Sums over the images seen so far, and their posteriors."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.images = 0
        self._recon = self._nll = 0.0
        self._kl = torch.zeros(model.latent_dim, dtype=torch.float64)
        self._posteriors: list[Posterior] = []
        self._codes: list[Tensor] = []
        self._log_q: list[Tensor] = []

    def add(self, batch: Batch, samples: int, noise: torch.Generator) -> None:
        """Take in further images."""
        model, n = self._model, len(batch.x)
        self.images += n
        if isinstance(model, Autoencoder):
            inference = model.infer(batch.x)
            self._recon += in_float64(inference.recon).sum().item()
            self._codes.append(inference.z[0])
            return
        inference = model.infer(batch.x, batch.y, DRAWS, noise)
        self._recon += n * in_float64(inference.recon).mean().item()
        self._kl += n * in_float64(inference.kl).mean((0, 1)).cpu()
        bound = log_likelihood(model, batch.x, batch.y, samples=samples, generator=noise)
        self._nll -= in_float64(bound).sum().item()
        self._posteriors.append(inference.posterior)
        self._codes.append(inference.z[0])
        self._log_q.append(inference.draw.log_q[0].sum(1))

    def evaluation(self, samples: int, likelihood: str) -> Evaluation:
        """The means."""
        n, recon = self.images, self._recon / self.images
        reach = code_range(torch.cat(self._codes))
        if isinstance(self._model, Autoencoder):
            return Evaluation(
                likelihood=likelihood, images=n, samples=0, recon=recon, posterior_range=reach
            )
        kl = (self._kl / n).sum().item()
        information = self._mutual_information()
        return Evaluation(
            likelihood=likelihood,
            images=n,
            samples=samples,
            nll=self._nll / n,
            elbo=-(recon + kl),
            recon=recon,
            posterior_range=reach,
            kl=kl,
            kl_per_unit=tuple((self._kl / n).tolist()),
            active_units=_active_units(torch.cat([q.mu for q in self._posteriors])),
            mutual_information=information,
            aggregate_kl=None if information is None else kl - information,
        )

    def _mutual_information(self) -> float | None:
        """E log q(z|x) / q(z) in nats, by one code an image (Hoffman & Johnson 2016)."""
        mixture = _joined(self._posteriors)
        if mixture is None:
            return None
        z, log_q = torch.cat(self._codes), torch.cat(self._log_q)
        return in_float64(log_q - log_mixture(z, mixture)).mean().item()


def _joined(posteriors: list[Posterior]) -> DiagonalGaussian | FullGaussian | None:
    """The posteriors of all batches as one; None where they are not Gaussian."""
    mu = torch.cat([q.mu for q in posteriors])
    if isinstance(posteriors[0], DiagonalGaussian):
        return DiagonalGaussian(mu, torch.cat([q.logvar for q in posteriors]))
    full = [q.cholesky for q in posteriors if isinstance(q, FullGaussian)]
    return FullGaussian(mu, torch.cat(full)) if full else None


def _active_units(mu: Float[Tensor, "n d"]) -> int:
    """Number of units whose posterior mean varies over the images (Burda et al. 2016, section 5.2)."""
    return int((in_float64(mu).var(0, unbiased=False) > ACTIVE).sum())
