"""What a training says while it runs. Producers yield events; terminals, pages and files consume them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationInfo

from vae.config import Levers
from vae.untrusted import finite


def _finite_alone(terms: Any, info: ValidationInfo) -> Any:
    """Terms of a file without those that are no finite numbers; a training's own stay as they are."""
    if info.mode != "json" or not isinstance(terms, dict):
        return terms
    return {name: number for name, value in terms.items() if (number := finite(value)) is not None}


def _shown(value: Any, info: ValidationInfo) -> Any:
    """A number; ValueError for one of a file that is not finite, or beyond all measure."""
    if info.mode == "json" and value is not None and finite(value) is None:
        raise ValueError("a finite number is needed")
    return value


Terms = Annotated[dict[str, float], BeforeValidator(_finite_alone)]
"""Means per image in nats, by name: always `loss` and `recon`, and what else the objective has.
Of a file they are finite or absent."""
Number = Annotated[float, BeforeValidator(_shown)]
Count = Annotated[int, BeforeValidator(_shown)]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    step: Count
    """Optimiser steps taken so far."""


class Step(_Event):
    """Progress: the mean of each term since the event before."""

    kind: Literal["step"] = "step"
    epoch: Number
    """Passes over the data so far, with fraction."""
    total_steps: Count
    terms: Terms
    images_per_second: Number


class Epoch(_Event):
    """One pass over the data is complete."""

    kind: Literal["epoch"] = "epoch"
    epoch: Count
    train: Terms
    held_out: Terms
    """`loss` with the objective's final weights, `recon`, and `kl` where the model has one: means over
    all images not trained on."""
    held_out_error: Number | None = None
    """Standard error of their recon + kl, in nats per image; None where it was not measured."""
    kl_per_unit: list[Number]
    """Nats per latent unit on the same images; empty for a plain autoencoder."""
    posterior_range: list[tuple[Number, Number]] = []
    """Where 99 % of their codes z ~ q(z) lie, unit by unit; runs of old do not say."""


class Changed(_Event):
    """Something was changed in mid-run; from this step on the training goes by it."""

    kind: Literal["change"] = "change"
    change: Levers


class Compiling(_Event):
    """Nothing but that it takes a while: the step's code is being made."""

    kind: Literal["compiling"] = "compiling"


class Diverged(_Event):
    """The training cannot go on; nothing after the last saved state is worth keeping."""

    kind: Literal["diverged"] = "diverged"
    cause: str


class Done(_Event):
    """All epochs are done."""

    kind: Literal["done"] = "done"


Event = Annotated[Step | Epoch | Changed | Compiling | Diverged | Done, Field(discriminator="kind")]

_adapter: TypeAdapter[Event] = TypeAdapter(Event)


def parse(line: str) -> Event:
    """The event that one line of JSON holds; ValueError where it holds none."""
    return _adapter.validate_json(line)
