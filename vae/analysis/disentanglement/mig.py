"""Mutual information gap (Chen et al. 2018, section 4.1)."""

import numpy as np

from vae.analysis.disentanglement import binned
from vae.analysis.disentanglement.protocol import (
    CodesFor,
    Factors,
    Measured,
    draw,
    gap,
    row,
    rows,
)
from vae.data.dataset import Progress


def mig(
    codes_for: CodesFor,
    factors: Factors,
    *,
    seed: int = 0,
    samples: int = binned.SAMPLES,
    bins: int = binned.BINS,
    progress: Progress | None = None,
) -> Measured:
    """How much more one unit tells of a factor than any other unit does: 0 to 1, mean over factors.

    (I(best unit; v) - I(second best; v)) / H(v), by histograms as in disentanglement_lib; Chen et
    al. integrate over q(z|x) instead. A factor of more values than there are bins cannot reach 1:
    20 bins hold at most 0.85 of 32 positions and 0.81 of 40 orientations. A picture does not tell its
    orientation wholly either (`attainable`): no encoder reaches what the true factors score.
    """
    rng = np.random.default_rng(seed)
    codes, values = draw(codes_for, factors, samples, rng)
    information, entropy = binned.mutual_information(codes, values, bins), binned.entropy(values)
    shares = gap(information) / entropy
    return Measured(
        metric="mig",
        score=float(shares.mean()),
        matrices={"mutual_information": rows(information)},
        vectors={"gap": row(shares), "entropy": row(entropy)},
    )
