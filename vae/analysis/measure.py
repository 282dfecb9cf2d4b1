"""Images as points: the codes of a model, and what it says of each image."""

import numpy as np
import torch

from vae.analysis.encode import encode
from vae.analysis.fits import device_of, fitting
from vae.analysis.likelihood import log_likelihood
from vae.data import Dataset, in_order
from vae.data.batches import Pixels
from vae.data.dataset import Progress
from vae.data.sprites import FACTORS, SpriteImages
from vae.errors import DataError
from vae.models import Autoencoder, Model
from vae.projection import MAX_POINTS, Points

SAMPLES = 50
"""Importance samples behind an image's log p(x)."""
AT_ONCE = 250


def points(model: Model, data: Dataset, *, limit: int = MAX_POINTS) -> Points:
    """Codes of the first images, with their labels and, of sprites, their factors.

    Posteriors are of grey values, so that an image has one code.
    """
    data = fitting(model, data.first(limit))
    codes = encode(model, data)
    logvar = None if isinstance(model, Autoencoder) else codes.logvar.numpy()
    labels = None if codes.labels is None else codes.labels.numpy()
    return Points(
        codes.mu.numpy(),
        logvar,
        labels,
        classes=data.classes,
        factors=_factors(data),
        files=data.files,
        note=data.note,
    )


@torch.no_grad()
def values(  # noqa: PLR0913 - each is a part of the protocol
    model: Model,
    data: Dataset,
    *,
    pixels: Pixels,
    limit: int = MAX_POINTS,
    samples: int = SAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, np.ndarray]:
    """`recon`, `kl` and `log_px` of each image in nats; of a plain autoencoder `recon` alone.

    One code an image, and so many importance samples for log p(x), or none; `pixels` as in training.
    """
    data = fitting(model, data.first(limit))
    noise = torch.Generator(device_of(model)).manual_seed(seed)
    found: dict[str, list[torch.Tensor]] = {}
    done = 0
    for batch in in_order(
        data, batch_size=AT_ONCE, pixels=pixels, seed=seed, device=device_of(model)
    ):
        inference = model.infer(batch.x, batch.y, 1, noise)
        found.setdefault("recon", []).append(inference.recon[0])
        if not isinstance(model, Autoencoder):
            found.setdefault("kl", []).append(inference.kl[0].sum(-1))
        if samples and not isinstance(model, Autoencoder):
            bound = log_likelihood(model, batch.x, batch.y, samples=samples, generator=noise)
            found.setdefault("log_px", []).append(bound)
        done += len(batch.x)
        if progress:
            progress("images", done, len(data))
    whole = {name: torch.cat(parts).cpu().numpy() for name, parts in found.items()}
    for name, numbers in whole.items():
        if broken := int((~np.isfinite(numbers)).sum()):
            raise DataError(
                f"{name} is not finite for {broken:,} of {len(numbers):,} images: the model's weights are "
                "so large that they overflow. Pick another model."
            )
    return whole


def _factors(data: Dataset) -> dict[str, np.ndarray]:
    if not isinstance(data.images, SpriteImages):
        return {}
    factors = data.images.factors(torch.arange(len(data))).cpu().numpy().astype(np.uint8)
    return {name: factors[:, i] for i, name in enumerate(FACTORS)}
