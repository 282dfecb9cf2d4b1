"""Which models can be compared: those that were trained on the same data and judged alike."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from vae.config import AutoencoderConfig, DataConfig, RunConfig, VampPriorConfig


class Held(NamedTuple):
    """Images that none of the compared models was trained on."""

    data: DataConfig
    split: Literal["test", "all"]


def kin(config: RunConfig) -> tuple[object, ...]:
    """What two models have in common that learnt from the same kind of data; a key of a dict."""
    data = config.data
    apart = data.name == "embedded" or data.hold_out == "embedded"
    return ("digits" if apart else data.name, data.path, config.model.shape)


def misfit(config: RunConfig, reference: RunConfig) -> str:  # noqa: PLR0911 - one a reason
    """Why a model cannot be compared with another by one code and by nats; empty where it can."""
    if isinstance(config.model, AutoencoderConfig):
        return "a plain autoencoder has no KL and no prior: two panes show it beside a VAE"
    if isinstance(getattr(config.model, "prior", None), VampPriorConfig):
        return "its prior is learned: the same code is not equally likely in it"
    if config.model.shape != reference.model.shape:
        return f"its images are {_size(config)}, the first model's are {_size(reference)}"
    if kin(config) != kin(reference):
        return "it was trained on other data than the first model"
    theirs, ours = config.model.likelihood, reference.model.likelihood
    if theirs.kind != ours.kind:
        return f"its pixels are {theirs.kind}, the first model's {ours.kind}: their nats differ"
    if (config.data.pixels == "grey") != (reference.data.pixels == "grey"):
        return "one of the two sees grey pixels, the other black and white: their nats differ"
    return ""


def held_out(configs: Sequence[RunConfig]) -> Held:
    """Held-out images for models that fit each other."""
    data = configs[0].data
    names = {config.data.name for config in configs}
    embedded = DataConfig(name="embedded", pixels=data.pixels)
    if "embedded" in names:
        return Held(embedded, "test")
    if all(config.data.hold_out == "embedded" for config in configs):
        return Held(embedded, "all")  # always at hand, and new to all of them
    return Held(data.replace(limit=None), "test")


def _size(config: RunConfig) -> str:
    channels, height, width = config.model.shape
    return f"{height} x {width}{' in colour' if channels == 3 else ''}"
