"""How blurred pictures are, in one plain number."""

import numpy as np
from jaxtyping import Float

Pictures = Float[np.ndarray, "n c h w"]


def blur(pictures: Pictures, data: Pictures) -> float:
    """1 - V(pictures) / V(data), V being the variance of the Laplacian over all pixels.

    0 is as sharp as the data and 1 without any edge; below 0 are pictures with more edges than the
    data has. The variance of the Laplacian as a measure of focus: Pech-Pacheco et al. 2000. Values
    are in [0, 1], a border is taken as going on; data without edges gives 0.
    """
    edges = laplacian(data).var()
    return float(1 - laplacian(pictures).var() / edges) if edges > 0 else 0.0


def laplacian(pictures: Pictures) -> Pictures:
    """Sum of the four neighbours less four times the pixel."""
    x = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    inner = x[:, :, 1:-1, 1:-1]
    around = x[:, :, :-2, 1:-1] + x[:, :, 2:, 1:-1] + x[:, :, 1:-1, :-2] + x[:, :, 1:-1, 2:]
    edges: Pictures = around - 4 * inner
    return edges
