"""A loss from elsewhere: which beta its reductions and weights amount to.

What the optimiser sees is a loss up to a factor. With everything in nats per image, a loss
`a recon + w b KL` is that of beta = w b / a: `a` and `b` are what the reductions make of a sum.
"""

from dataclasses import dataclass
from typing import Literal

Reduction = Literal["sum", "mean"]


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A loss as somebody writes it: a reconstruction + weight * KL."""

    weight: float = 1.0
    """What the KL is multiplied with: beta, kld_weight, and all other factors together."""
    recon: Literal["bce", "mse"] = "bce"
    """Binary cross-entropy, or squared error."""
    over_pixels: Reduction = "mean"
    recon_over_batch: Reduction = "mean"
    over_units: Reduction = "sum"
    kl_over_batch: Reduction = "mean"
    pixels: int = 784
    """Values of an image: channels times height times width."""
    units: int = 16
    batch: int = 128
    scale: float = 0.5**0.5
    """Standard deviation of a pixel that squared errors are read as; 0.707 makes one nat of each."""

    @property
    def recon_factor(self) -> float:
        """`a`: a reconstruction of one nat per image, as this loss counts it."""
        pixels = 1 / self.pixels if self.over_pixels == "mean" else 1.0
        batch = self.batch if self.recon_over_batch == "sum" else 1
        # Gaussian pixels: -log p(x|z) = squared error / (2 scale^2) + a constant.
        squares = 2 * self.scale**2 if self.recon == "mse" else 1.0
        return pixels * batch * squares

    @property
    def kl_factor(self) -> float:
        """`b`: a KL of one nat per image, as this loss counts it before its weight."""
        units = 1 / self.units if self.over_units == "mean" else 1.0
        return units * (self.batch if self.kl_over_batch == "sum" else 1)

    @property
    def beta(self) -> float:
        """The weight of the KL in nats per image that this loss amounts to."""
        return self.weight * self.kl_factor / self.recon_factor

    @property
    def working(self) -> str:
        """The formula with its numbers: beta = w b / a."""
        b = f"1/{self.units}" if self.over_units == "mean" else "1"
        a = f"1/{self.pixels}" if self.over_pixels == "mean" else "1"
        if self.kl_over_batch == "sum":
            b += f" · {self.batch}"
        if self.recon_over_batch == "sum":
            a += f" · {self.batch}"
        if self.recon == "mse":
            a += f" · 2 · {self.scale:.3g}²"
        return f"beta = w · b / a = {self.weight:g} · ({b}) / ({a}) = {self.beta:.4g}"


WRITTEN: dict[str, Foreign] = {
    "BCE mean over pixels, KL mean over units": Foreign(over_units="mean"),
    "BCE mean over pixels, KL summed over units": Foreign(),
    "BCE summed, KL summed": Foreign(
        over_pixels="sum", recon_over_batch="sum", kl_over_batch="sum"
    ),
    "MSE mean over pixels, KL summed, kld_weight 0.00025": Foreign(
        recon="mse", weight=0.00025, pixels=3 * 64 * 64, units=128, batch=64
    ),
}
"""Losses as they are often written."""
