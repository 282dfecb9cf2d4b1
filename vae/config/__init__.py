"""Every setting of data, model, objective and training: frozen, validated once, unknown keys refused.

A variant is a class of its own, so an option that a variant does not have cannot be given in vain.
"""

from vae.config.base import Config, LatentDim, Shape, Weight, Width, parse
from vae.config.data import DataConfig, DataName
from vae.config.model import (
    Activation,
    AutoencoderConfig,
    Backbone,
    BernoulliConfig,
    ContinuousBernoulliConfig,
    ConvConfig,
    CvaeConfig,
    GaussianConfig,
    LadderConfig,
    Likelihood,
    MlpConfig,
    ModelConfig,
    Prior,
    StandardNormalConfig,
    VaeConfig,
    VampPriorConfig,
)
from vae.config.objective import (
    BetaTcConfig,
    CapacityConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    ObjectiveConfig,
    ReconstructionConfig,
)
from vae.config.run import RunConfig
from vae.config.train import Change, Frozen, Levers, Rate, TrainConfig

__all__ = [
    "Activation",
    "AutoencoderConfig",
    "Backbone",
    "BernoulliConfig",
    "BetaTcConfig",
    "CapacityConfig",
    "Change",
    "Config",
    "ContinuousBernoulliConfig",
    "ConvConfig",
    "CvaeConfig",
    "DataConfig",
    "DataName",
    "DipConfig",
    "ElboConfig",
    "FactorConfig",
    "Frozen",
    "GaussianConfig",
    "IwaeConfig",
    "LadderConfig",
    "LatentDim",
    "Levers",
    "Likelihood",
    "MlpConfig",
    "ModelConfig",
    "ObjectiveConfig",
    "Prior",
    "Rate",
    "ReconstructionConfig",
    "RunConfig",
    "Shape",
    "StandardNormalConfig",
    "TrainConfig",
    "VaeConfig",
    "VampPriorConfig",
    "Weight",
    "Width",
    "parse",
]
