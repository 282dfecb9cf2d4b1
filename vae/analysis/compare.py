"""Measure models side by side, on the same images, with the same noise."""

import base64
from collections.abc import Mapping
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from vae.analysis.encode import encode
from vae.analysis.evaluate import Evaluation, evaluate
from vae.analysis.fits import device_of, fitting
from vae.comparison import Compared, Comparison
from vae.comparison.align import Alignment, Codes, align
from vae.comparison.blur import blur
from vae.data import Dataset
from vae.data.batches import Pixels
from vae.data.dataset import Progress
from vae.models import Model

IMAGES = 2_000
SAMPLES = 20
"""Importance samples an image: enough to rank models, in seconds."""
PICTURES = 12
"""Images that travel with the comparison."""
FOR_BLUR = 500

Pictures = Float[np.ndarray, "m c h w"]


@torch.no_grad()
def compare(
    models: Mapping[str, Model],
    data: Dataset,
    *,
    pixels: Pixels,
    seed: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Measure VAEs on the first 2,000 images and match their units; everything in nats per image.

    The keys of `models` are those of the result, by convention hashes of the models' content.
    Units are matched by the posterior means of grey images with those of the reference: the model
    with most active units, and among such the one with the highest ELBO.

    Raises:
        DataError: images that a model cannot take.
    """
    data = data.first(min(len(data), IMAGES))
    codes: dict[str, Codes] = {}
    measured: dict[str, Evaluation] = {}
    for count, (key, model) in enumerate(models.items(), 1):
        codes[key] = encode(model, data).mu.double().numpy()
        measured[key] = evaluate(model, data, samples=SAMPLES, pixels=pixels, seed=seed)
        if progress:
            progress("models", count, len(models))
    reference = max(measured, key=lambda key: _rank(measured[key]))
    few = data.first(min(len(data), FOR_BLUR))
    real = few.images.take(torch.arange(len(few))).cpu().numpy()
    judge = partial(_compared, few, real / np.float32(255), seed)
    return Comparison(
        reference=reference,
        note=data.note,
        images=len(data),
        samples=SAMPLES,
        pictures=tuple(base64.b64encode(x.tobytes()).decode() for x in real[:PICTURES]),
        models={
            key: judge(model, measured[key], align(codes[reference], codes[key]))
            for key, model in models.items()
        },
    )


def _rank(evaluation: Evaluation) -> tuple[int, float]:
    assert evaluation.active_units is not None, "only VAEs are compared"
    assert evaluation.elbo is not None
    return evaluation.active_units, evaluation.elbo


def _compared(
    few: Dataset, real: Pictures, seed: int, model: Model, found: Evaluation, matched: Alignment
) -> Compared:
    """What is kept of one model."""
    names = ("nll", "elbo", "recon", "kl", "kl_per_unit", "active_units", "mutual_information")
    return Compared(
        units=matched.units,
        signs=matched.signs,
        correlations=matched.correlations,
        blur=round(blur(_reconstructed(model, few), real), 4),
        sample_blur=round(blur(_sampled(model, few, seed), real), 4),
        **found.model_dump(include=set(names)),
    )


def _reconstructed(model: Model, data: Dataset) -> Pictures:
    """Pictures decoded from the posterior means of grey images."""
    codes = encode(model, data)
    return _decoded(model, codes.mu, codes.labels)


def _sampled(model: Model, data: Dataset, seed: int) -> Pictures:
    """As many pictures from the prior, with the images' own labels where a model takes them."""
    noise = torch.Generator(device_of(model)).manual_seed(seed)
    z = model.prior.sample(len(data), noise)
    return _decoded(model, z, fitting(model, data).labels)


def _decoded(model: Model, z: Tensor, labels: Tensor | None) -> Pictures:
    device = device_of(model)
    y = labels.to(device) if model.classes and labels is not None else None
    mean: Pictures = model.decode(z.to(device), y).mean.cpu().numpy()
    return mean
