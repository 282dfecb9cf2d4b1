"""Objectives: what is asked of a model. Every term is a mean per image in nats."""

from vae.config import (
    BetaTcConfig,
    CapacityConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    ObjectiveConfig,
    ReconstructionConfig,
)
from vae.errors import ConfigError
from vae.models import Model
from vae.objectives.bounds import Elbo, Iwae, Reconstruction
from vae.objectives.capacity import Capacity
from vae.objectives.dip import Dip
from vae.objectives.protocol import Objective, Terms
from vae.objectives.total_correlation import BetaTc, Factor

__all__ = ["Objective", "Terms", "build"]


def build(config: ObjectiveConfig, model: Model) -> Objective:  # noqa: PLR0911 - one a variant
    """The objective that the settings name, for this model."""
    match config:
        case ReconstructionConfig():
            return Reconstruction()
        case ElboConfig():
            return Elbo(config)
        case CapacityConfig():
            return Capacity(config)
        case BetaTcConfig():
            return BetaTc(config)
        case FactorConfig():
            return Factor(config, model.latent_dim)
        case DipConfig():
            return Dip(config)
        case IwaeConfig():
            return Iwae(config)
    raise ConfigError(
        "An objective is built from its settings, such as ElboConfig(beta=1); this is "
        f"{type(config).__name__}."
    )
