"""The form's options: those of the chosen kinds, and settings that fit."""

from collections.abc import Mapping
from itertools import product

import pytest

from ui.train import settings
from ui.train.presets import PRESETS, Preset
from ui.train.words import CHOICES
from vae.config import RunConfig, parse
from vae.errors import ConfigError

DEFAULTS = settings.flatten(PRESETS[0].config)


def _paths(values: settings.Values) -> set[str]:
    return {o.path for section in settings.SECTIONS for o in settings.options(section, values)}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_preset_is_valid_and_survives_the_form(preset: Preset) -> None:
    """The form, filled with a preset, gives back exactly its settings."""
    values = settings.flatten(preset.config)
    assert settings.build(values) == preset.config
    assert set(values) >= {path for path in _paths(values) if path in ("data.name", "train.seed")}


@pytest.mark.parametrize(
    ("change", "shown", "hidden"),
    [
        ({"model.kind": "ladder"}, "model.latent_dims", "model.latent_dim"),
        ({"model.kind": "autoencoder"}, "model.latent_dim", "objective.beta"),
        ({"model.kind": "cvae"}, "model.posterior", "model.prior.kind"),
        ({"model.backbone.kind": "conv"}, "model.backbone.channels", "objective.alpha"),
        ({"model.likelihood.kind": "gaussian"}, "model.likelihood.scale", "data.size"),
        ({"model.prior.kind": "vamp"}, "model.prior.components", "model.classes"),
        ({"objective.kind": "factor"}, "objective.width", "objective.beta"),
        ({"data.name": "folder"}, "data.size", "data.hold_out"),
        ({"data.name": "sprites"}, "data.pixels", "data.path"),
    ],
)
def test_only_what_matters_is_asked(change: dict[str, str], shown: str, hidden: str) -> None:
    """A kind brings its own options and no others."""
    paths = _paths(DEFAULTS | change)
    assert shown in paths
    assert hidden not in paths


@pytest.mark.parametrize(
    ("data", "kind", "pixels", "likelihood"),
    [
        ("folder", "vae", "grey", "continuous-bernoulli"),
        ("mnist", "vae", "dynamic", "bernoulli"),
        ("mnist", "autoencoder", "grey", "bernoulli"),
    ],
)
def test_chosen_data_brings_its_pixels(data: str, kind: str, pixels: str, likelihood: str) -> None:
    """Whoever chooses own images is asked for greys under a density, and may ask for other things."""
    suited = settings.suited(DEFAULTS | {"data.name": data, "model.kind": kind})
    assert suited == {"data.pixels": pixels, "model.likelihood.kind": likelihood}


def test_images_of_a_program_are_not_offered() -> None:
    """The form offers the data that this server can load."""
    offered = next(o for o in settings.options("data", DEFAULTS) if o.path == "data.name").choices
    assert "folder" in offered
    assert "own" not in offered


def test_offered_objectives_are_those_that_fit() -> None:
    """For every model, posterior and prior: what is offered is accepted, the rest is refused."""
    kinds = ("autoencoder", "vae", "cvae", "ladder")
    objectives = [kind for kind in CHOICES if kind in _all_objectives()]
    for kind, posterior, prior in product(kinds, ("diagonal", "full"), ("standard-normal", "vamp")):
        values = DEFAULTS | {
            "model.kind": kind,
            "model.posterior": posterior,
            "model.prior.kind": prior,
        }
        if kind == "vae" and posterior == "full" and prior == "vamp":
            continue  # refused whatever the objective is
        offered = next(
            o.choices for o in settings.options("objective", values) if o.path == "objective.kind"
        )
        model = settings.build(values).model.model_dump()
        for objective in objectives:
            run = {"model": model, "objective": {"kind": objective}}
            assert _accepted(run) == (objective in offered), (kind, posterior, prior, objective)


def test_a_choice_that_no_longer_fits_gives_way() -> None:
    """An autoencoder after a VAE gets its own objective without being asked."""
    config = settings.build(DEFAULTS | {"model.kind": "autoencoder"})
    assert config.objective.kind == "reconstruction"


def test_a_value_of_another_kind_gives_way() -> None:
    """The hidden layers of one network are a list, of the other a number."""
    config = settings.build(DEFAULTS | {"model.backbone.kind": "conv"})
    assert config.model.backbone.hidden == 256
    config = settings.build(DEFAULTS | {"model.backbone.hidden": 256})
    assert config.model.backbone.hidden == (400,)


def test_what_cannot_be_is_told_in_a_sentence() -> None:
    """Odd lists, contradictions and missing folders name the setting."""
    with pytest.raises(ConfigError, match="Hidden layers: whole numbers"):
        settings.build(DEFAULTS | {"model.backbone.hidden": "four"})
    with pytest.raises(ConfigError, match="latent layers"):
        settings.build(DEFAULTS | {"model.kind": "ladder", "model.latent_dims": "3, 2, 1"})
    with pytest.raises(ConfigError, match="folder"):
        settings.build(DEFAULTS | {"data.name": "folder", "data.path": ""})


def test_every_option_has_its_words() -> None:
    """Every label is there, every help is one line, and every choice has a name."""
    for model, objective in product(("autoencoder", "vae", "cvae", "ladder"), _all_objectives()):
        for data, backbone in (("folder", "conv"), ("mnist", "mlp")):
            values = DEFAULTS | {
                "model.kind": model,
                "objective.kind": objective,
                "data.name": data,
                "model.backbone.kind": backbone,
                "model.prior.kind": "vamp",
                "model.likelihood.kind": "gaussian",
            }
            for section in settings.SECTIONS:
                for option in settings.options(section, values):
                    assert option.label
                    assert 10 < len(option.help) < 80, option.path
                    assert all(option.name_of(choice) for choice in option.choices)


def _all_objectives() -> tuple[str, ...]:
    return ("reconstruction", "elbo", "capacity", "beta-tc", "factor", "dip-i", "dip-ii", "iwae")


def _accepted(run: Mapping[str, object]) -> bool:
    try:
        parse(RunConfig, run)
    except ConfigError:
        return False
    return True
