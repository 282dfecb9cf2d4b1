"""All that a training is at one moment, and all that it needs to go on exactly."""

import math
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from vae import models, objectives
from vae.config import Change, Levers, RunConfig
from vae.data import Batches, Dataset
from vae.data.matching import matched
from vae.errors import ConfigError, DataError
from vae.training.compiled import Code
from vae.training.hardware import Hardware, choose
from vae.training.settled import settled, unnamed

_MEAN_IMAGES = 10_000
"""Images from which the decoder's first bias is estimated."""


@dataclass
class State:
    """A training between two steps."""

    config: RunConfig
    hardware: Hardware
    model: models.Model
    objective: objectives.Objective
    optimizer: torch.optim.Adam
    batches: Batches
    noise: torch.Generator
    """Source of the reparameterisation's noise."""
    step: int = 0
    first_recon: float | None = None
    """Reconstruction in nats per image at the first step, by which divergence is judged."""
    own: tuple[str, ...] = ()
    """Parts of the model that its settings do not describe, such as `decoder`."""
    code: Code | None = None
    """The step as compiled code, where it is or will be."""
    _levers: Levers | None = None
    """What model, objective and optimiser were given last."""

    @classmethod
    def new(cls, config: RunConfig, data: Dataset, model: models.Model | None = None) -> Self:
        """Untrained, at step 0; the same settings and data give the same state.

        A conditional model's classes are the data's; where the settings name them already, the data's
        are matched by name. A `model` of one's own is trained as it stands; it was built with the same
        settings.

        Raises:
            DataError: images or labels that the model does not take.
            ConfigError: a model of other settings.
        """
        hardware = choose(config.train)
        _check_shape(config, data)
        config = settled(config, data)
        data = matched(data, config.model)
        if model is not None and unnamed(model.config) != unnamed(config.model):
            raise ConfigError(
                "The model was built with other settings than the training names. Build it with "
                "models.build(config.model, ...)."
            )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.train.seed)
            model = models.build(config.model) if model is None else model
            model.config = config.model
            objective = objectives.build(config.objective, model)
        model.start_at(_mean_image(data))
        model.to(hardware.device)
        objective.to(hardware.device)
        noise = torch.Generator(hardware.device).manual_seed(config.train.seed + 1)
        if not model.classes:
            data = replace(data, labels=None)  # which nobody would look at
        return cls(
            config,
            hardware,
            model,
            objective,
            _optimizer(config, model, objective, hardware),
            Batches(
                data,
                batch_size=config.train.batch_size,
                pixels=config.data.pixels,
                seed=config.train.seed,
                device=hardware.device,
            ),
            noise,
            own=models.own_parts(model),
        )

    @property
    def total_steps(self) -> int:
        """Steps of the whole training."""
        return self.config.train.epochs * self.batches.steps_per_epoch

    @property
    def epoch(self) -> float:
        """Passes over the data so far, with fraction."""
        return self.step / self.batches.steps_per_epoch

    def terms(self, x: Tensor, y: Tensor | None) -> objectives.Terms:
        """Loss and terms of one batch at this step, with noise from the state's own source."""
        with self.hardware.autocast():
            terms: objectives.Terms = self.objective(self.model, x, y, self.step, self.noise)
        return terms

    def change(self, levers: Levers) -> None:
        """Let something be another from the next step on; the settings keep that it was changed."""
        change = Change(step=self.step, **levers.model_dump())
        train = self.config.train
        train = train.replace(changes=(*train.changes, change))
        self.config = self.config.replace(train=train)

    def check_whole(self) -> None:
        """ConfigError where the model has weights that the optimiser does not hold, or the reverse."""
        held = {id(weight) for group in self.optimizer.param_groups for weight in group["params"]}
        trained = [*self.model.parameters(), *self.objective.parameters()]
        if held == {id(weight) for weight in trained}:
            return
        lost = [name for name, weight in self.model.named_parameters() if id(weight) not in held]
        raise ConfigError(
            f"The model was changed after the training was set up: {', '.join(lost[:3]) or 'a part'} "
            "would never learn. Build it first, as models.build(config.model, decoder=...), and give "
            "it to State.new(config, data, model)."
        )

    def prepare_step(self) -> None:
        """Give model, objective and optimiser what is in force at the next step."""
        levers = self.config.levers(self.step)
        if levers is not self._levers and levers != self._levers:
            self._set(levers)
        factor = 1.0
        if self.config.train.schedule == "cosine":
            factor = 0.5 * (1 + math.cos(math.pi * self.step / self.total_steps))
        for group in self.optimizer.param_groups:
            group["lr"] = group["base_lr"] * factor

    def _set(self, levers: Levers) -> None:
        self.check_whole()
        self._levers = levers
        self.optimizer.param_groups[0]["base_lr"] = levers.learning_rate
        self.objective.config = self.config.objective.weighing(levers.weight)
        for name, parameter in self.model.named_parameters():
            # Without a gradient the optimiser passes a parameter and its moments over.
            parameter.requires_grad_(half_of(name) != levers.frozen)


def half_of(parameter: str) -> str:
    """Which half of the model a parameter is in: the decoder makes pictures, the prior is neither."""
    part = parameter.partition(".")[0]
    if part in ("decoder", "pixels", "top_down"):
        return "decoder"
    return "prior" if part == "prior" else "encoder"


def _optimizer(
    config: RunConfig,
    model: models.Model,
    objective: objectives.Objective,
    hardware: Hardware,
) -> torch.optim.Adam:
    """Adam over the model and, with a rate of their own, the objective's parameters."""
    rate = config.train.learning_rate
    groups = [{"params": list(model.parameters()), "lr": rate, "base_lr": rate}]
    if own := list(objective.parameters()):
        assert objective.learning_rate is not None, "an objective with parameters has a rate"
        # Kim & Mnih 2018, appendix A: the discriminator's Adam has betas 0.5 and 0.9.
        extra = {"lr": objective.learning_rate, "base_lr": objective.learning_rate}
        groups.append({"params": own, "betas": (0.5, 0.9), **extra})
    return torch.optim.Adam(groups, lr=rate, fused=hardware.device.type in ("cpu", "cuda"))


def _check_shape(config: RunConfig, data: Dataset) -> None:
    """DataError where the images are not what the model was set up for."""
    if data.images.shape != config.model.shape:
        raise DataError(
            f"{data.name} has images of {data.images.shape}, the model takes {config.model.shape}. "
            "Choose another model shape or other data."
        )


def _mean_image(data: Dataset) -> torch.Tensor:
    every = max(1, len(data) // _MEAN_IMAGES)
    return data.images.take(torch.arange(0, len(data), every)).float().mean(0) / 255
