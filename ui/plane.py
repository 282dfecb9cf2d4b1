"""The square of codes that the manifold of a two-dimensional model is drawn from."""

from statistics import NormalDist

_NORMAL = NormalDist()


def across(side: int, reach: float, *, normal: bool) -> list[float]:
    """Where the codes of a square of side² stand along either unit.

    `normal` spaces them evenly in the prior's probability, by the inverse normal CDF (Kingma &
    Welling 2014, figure 4); else they are evenly spaced within the reach.
    """
    shares = [(i + 0.5) / side for i in range(side)]
    return [_NORMAL.inv_cdf(s) if normal else reach * (2 * s - 1) for s in shares]
