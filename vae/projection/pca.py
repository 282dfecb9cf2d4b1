"""Principal components: the plane in which codes spread most, and the way back from it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Pca:
    """An orthonormal basis of the directions in which points spread most (Pearson 1901).

    By the eigenvectors of the covariance, which for latent codes is small: 60,000 of them take
    some milliseconds, where the import of a library would take a second.
    """

    mean: Float[np.ndarray, " d"]
    components: Float[np.ndarray, "k d"]
    explained: Float[np.ndarray, " k"]
    """Share of the variance along each component."""

    @classmethod
    def fit(cls, codes: Float[np.ndarray, "n d"], dims: int = 2) -> "Pca":
        """The first components, at most as many as the codes have units.

        The sign of each is such that its largest loading is positive, so that a map does not flip.
        """
        exact = codes.astype(np.float64)
        mean = exact.mean(0)
        centred = exact - mean
        variances, vectors = np.linalg.eigh(centred.T @ centred / len(codes))
        components = vectors.T[::-1][:dims]
        largest = np.abs(components).argmax(1)
        signs = np.sign(components[np.arange(len(components)), largest])
        total = max(variances.sum(), np.finfo(np.float64).tiny)
        return cls(mean, components * signs[:, None], variances[::-1][:dims].clip(0) / total)

    def apply(self, codes: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n k"]:
        """Codes to places."""
        places: np.ndarray = (codes - self.mean) @ self.components.T
        return places

    def inverse(self, places: Float[np.ndarray, "n k"]) -> Float[np.ndarray, "n d"]:
        """Places to the codes of the plane, exactly: applied again they give the same places."""
        codes: np.ndarray = places @ self.components + self.mean
        return codes
