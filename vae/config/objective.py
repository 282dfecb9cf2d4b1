"""Settings of what a training minimises, in nats per image."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from vae.config.base import Config, Weight, Width


class _ObjectiveConfig(Config):
    lever: ClassVar[str] = ""
    """The weight that may be changed in mid-run; empty where there is none."""
    growth: ClassVar[str] = ""
    """The number of steps over which a weight grows; empty where none does."""

    def weighing(self, weight: float | None) -> Self:
        """The same with another value of the weight that may be changed; None leaves it."""
        return self if weight is None else self.replace(**{self.lever: weight})

    @property
    def steady_from(self) -> int:
        """The step from which on no weight grows any more."""
        return getattr(self, self.growth) if self.growth else 0


class ReconstructionConfig(_ObjectiveConfig):
    """Reconstruction alone: what a plain autoencoder minimises."""

    kind: Literal["reconstruction"] = "reconstruction"


class ElboConfig(_ObjectiveConfig):
    """Reconstruction + beta KL; beta = 1 is the ELBO, another value beta-VAE (Higgins et al. 2017)."""

    lever = "beta"
    growth = "warmup_steps"
    kind: Literal["elbo"] = "elbo"
    beta: Weight = 1.0
    warmup_steps: Annotated[int, Field(ge=0)] = 0
    """Steps over which the KL's weight grows from 0 to beta."""
    free_bits: Weight = 0.0
    """Nats that each latent unit has for nothing (Kingma et al. 2016)."""
    samples: Annotated[int, Field(ge=1, le=1000)] = 1


class CapacityConfig(_ObjectiveConfig):
    """Reconstruction + gamma |KL - C|, C growing with training (Burgess et al. 2018)."""

    lever = "gamma"
    growth = "capacity_steps"
    kind: Literal["capacity"] = "capacity"
    gamma: Weight = 1000.0
    capacity: Weight = 25.0
    """C at the end, in nats."""
    capacity_steps: Annotated[int, Field(ge=1)] = 100_000


class BetaTcConfig(_ObjectiveConfig):
    """Reconstruction + alpha MI + beta TC + gamma dimension-wise KL (Chen et al. 2018)."""

    lever = "beta"
    growth = "warmup_steps"
    kind: Literal["beta-tc"] = "beta-tc"
    alpha: Weight = 1.0
    beta: Weight = 6.0
    gamma: Weight = 1.0
    warmup_steps: Annotated[int, Field(ge=0)] = 0


class FactorConfig(_ObjectiveConfig):
    """ELBO - gamma TC, the TC by a discriminator (Kim & Mnih 2018)."""

    lever = "gamma"
    kind: Literal["factor"] = "factor"
    gamma: Weight = 35.0
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-4
    """Of the discriminator."""
    width: Width = 1000


class DipConfig(_ObjectiveConfig):
    """ELBO + penalty on the aggregate posterior's covariance (Kumar et al. 2018)."""

    lever = "off_diagonal"
    kind: Literal["dip-i", "dip-ii"]
    off_diagonal: Weight = 10.0
    diagonal: Weight = 10.0


class IwaeConfig(_ObjectiveConfig):
    """Importance-weighted bound with k samples (Burda et al. 2016)."""

    kind: Literal["iwae"] = "iwae"
    samples: Annotated[int, Field(ge=1, le=1000)] = 5


ObjectiveConfig = Annotated[
    ReconstructionConfig
    | ElboConfig
    | CapacityConfig
    | BetaTcConfig
    | FactorConfig
    | DipConfig
    | IwaeConfig,
    Field(discriminator="kind"),
]
