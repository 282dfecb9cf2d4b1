"""Data, model, objective and training together: what a run is made of."""

from functools import cached_property
from typing import Self

from pydantic import model_validator

from vae.config.base import Config
from vae.config.data import DataConfig
from vae.config.model import AutoencoderConfig, ModelConfig, VaeConfig, VampPriorConfig
from vae.config.objective import (
    BetaTcConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    ObjectiveConfig,
    ReconstructionConfig,
)
from vae.config.train import Levers, TrainConfig


class RunConfig(Config):
    """Everything that determines a training."""

    data: DataConfig = DataConfig()
    model: ModelConfig = VaeConfig()
    objective: ObjectiveConfig = ElboConfig()
    train: TrainConfig = TrainConfig()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.model.shape != self.data.shape:
            raise ValueError(
                f"the model is for images of {self.model.shape}, the data has {self.data.shape}"
            )
        _check_pair(self.model, self.objective)
        if not self.objective.lever and any(c.weight is not None for c in self.train.changes):
            raise ValueError(f"the objective '{self.objective.kind}' has no weight to change")
        return self

    @cached_property
    def _levers_at_start(self) -> Levers:
        lever = self.objective.lever
        return Levers(
            learning_rate=self.train.learning_rate,
            weight=getattr(self.objective, lever) if lever else None,
            frozen="none",
        )

    def levers(self, step: int | None = None) -> Levers:
        """What is in force at a step of the training; at its end without one."""
        found = self._levers_at_start
        for change in self.train.changes:
            if step is None or change.step <= step:
                found = change.levers.over(found)
        return found

    def objective_at(self, step: int | None = None) -> ObjectiveConfig:
        """What is asked for at a step of the training, with the weight in force; at its end without one."""
        return self.objective.weighing(self.levers(step).weight)

    def until(self, step: int) -> Self:
        """The settings of the training as far as it had come after so many steps, to name it by."""
        past = tuple(change for change in self.train.changes if change.step < step)
        return self.replace(train=self.train.replace(changes=past))


def _check_pair(model: Config, objective: Config) -> None:
    """ValueError where a model cannot be trained by an objective."""
    plain = isinstance(model, AutoencoderConfig)
    if plain != isinstance(objective, ReconstructionConfig):
        raise ValueError(
            "a plain autoencoder has no KL: use the objective 'reconstruction'"
            if plain
            else "the objective 'reconstruction' is for the plain autoencoder: use 'elbo'"
        )
    if isinstance(objective, BetaTcConfig | FactorConfig | DipConfig):
        factorised = getattr(model, "posterior", None) == "diagonal"
        if not factorised or isinstance(getattr(model, "prior", None), VampPriorConfig):
            raise ValueError(
                f"the objective '{objective.kind}' needs one latent layer with a diagonal posterior "
                "and a standard normal prior: use model 'vae' or 'cvae' with those"
            )
