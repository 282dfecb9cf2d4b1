"""The square of codes that the manifold of a two-dimensional model is drawn from."""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

_NORMAL = NormalDist()


def codes(side: int, reach: float, *, normal: bool) -> npt.NDArray[np.float32]:
    """Codes [side² 2], row by row: z0 grows to the right, z1 upwards.

    `normal` spaces them evenly in the prior's probability, by the inverse normal CDF (Kingma &
    Welling 2014, figure 4); else they are evenly spaced within the reach.
    """
    shares = (np.arange(side) + 0.5) / side
    across = [_NORMAL.inv_cdf(s) for s in shares] if normal else reach * (2 * shares - 1)
    right, up = np.meshgrid(across, across[::-1])
    return np.stack([right.ravel(), up.ravel()], axis=1).astype(np.float32)


def place(z: tuple[float, float], reach: float, *, normal: bool) -> tuple[float, float]:
    """Where a code lies in the square: parts of its width from the left and of its height from the top."""
    right, up = (_NORMAL.cdf(v) if normal else min(1, max(0, (v / reach + 1) / 2)) for v in z)
    return right, 1 - up
