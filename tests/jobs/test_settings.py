"""Few settings become all of them."""

from typing import Any

import pytest

from vae.config import AutoencoderConfig, ConvConfig, CvaeConfig, ReconstructionConfig
from vae.errors import ConfigError
from vae.jobs import complete, misplaced
from vae.jobs.settings import fill
from vae.likelihoods import caution


def test_nothing_given() -> None:
    """Without any setting it is a VAE on MNIST."""
    config = complete({})
    assert (config.model.kind, config.data.name, config.objective.kind) == ("vae", "mnist", "elbo")


def test_autoencoder_gets_its_objective() -> None:
    """A plain autoencoder has no KL, and learns grey values."""
    config = complete({"model": {"kind": "autoencoder"}})
    assert isinstance(config.model, AutoencoderConfig)
    assert isinstance(config.objective, ReconstructionConfig)
    assert config.data.pixels == "grey"


@pytest.mark.parametrize(
    ("given", "pixels", "likelihood"),
    [
        ({"data": {"name": "folder", "path": "x"}}, "grey", "continuous-bernoulli"),
        ({"data": {"name": "folder", "path": "x", "channels": 3}}, "grey", "continuous-bernoulli"),
        ({"data": {"name": "folder", "path": "x", "pixels": "dynamic"}}, "dynamic", "bernoulli"),
        (
            {
                "data": {"name": "folder", "path": "x"},
                "model": {"likelihood": {"kind": "bernoulli"}},
            },
            "dynamic",
            "bernoulli",
        ),
        ({"model": {"likelihood": {"kind": "gaussian"}}}, "grey", "gaussian"),
        ({"data": {"name": "mnist"}}, "dynamic", "bernoulli"),
        ({"data": {"name": "mnist", "pixels": "grey"}}, "grey", "bernoulli"),
    ],
)
def test_pixels_and_likelihood_fit(given: dict[str, Any], pixels: str, likelihood: str) -> None:
    """Own images keep their greys under a density; whichever of the two is given, the other follows."""
    config = complete(given)
    assert (config.data.pixels, config.model.likelihood.kind) == (pixels, likelihood)


@pytest.mark.parametrize(
    ("pixels", "likelihood", "said"),
    [
        ("dynamic", "bernoulli", None),
        ("grey", "gaussian", None),
        ("grey", "bernoulli", "use the likelihood continuous-bernoulli or gaussian"),
        ("fixed", "gaussian", "use bernoulli"),
    ],
)
def test_a_score_is_called_one(pixels: str, likelihood: str, said: str | None) -> None:
    """Settings whose nats are no likelihood are allowed, and a sentence says what they are."""
    config = complete({"data": {"pixels": pixels}, "model": {"likelihood": {"kind": likelihood}}})
    found = caution(config)
    assert found is None if said is None else said in str(found)


def test_sprites_get_convolutions() -> None:
    """Images of 64 x 64 get four of them, and their shape."""
    config = complete({"data": {"name": "sprites"}})
    assert config.model.shape == (1, 64, 64)
    assert isinstance(config.model.backbone, ConvConfig)
    assert config.model.backbone.channels == (32, 32, 64, 64)


def test_given_backbone_stands() -> None:
    """A default does not take the place of what was asked for."""
    config = complete(
        {"data": {"name": "sprites"}, "model": {"backbone": {"kind": "mlp", "hidden": [9]}}}
    )
    assert config.model.backbone.kind == "mlp"


def test_part_of_a_group_needs_no_kind() -> None:
    """The width of the usual backbone can be given alone."""
    assert complete({"model": {"backbone": {"hidden": [9]}}}).model.backbone.hidden == (9,)


def test_classes_come_from_the_data() -> None:
    """A conditional model knows as many classes as the sprites have."""
    config = complete({"data": {"name": "sprites"}, "model": {"kind": "cvae"}})
    assert isinstance(config.model, CvaeConfig)
    assert config.model.classes == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"modl": {}}, "Unknown group of settings 'modl'"),
        ({"model": 3}, "model: a group of settings is needed"),
        ({"data": {"name": "cifar"}}, "data.name: "),
        ({"objective": {"kind": "iwae", "beta": 2}}, "Unknown setting 'objective.beta'"),
        ({"train": {"epochs": 0}}, "train.epochs"),
        ({"model": {"kind": "unknown"}}, "model: "),
    ],
)
def test_wrong_settings(given: dict[str, object], words: str) -> None:
    """What is wrong is named with its place."""
    with pytest.raises(ConfigError, match=words):
        complete(given)


def test_misplaced_setting_is_told_from_one_in_place() -> None:
    """IWAE has samples and no beta."""
    sections = fill({"objective": {"kind": "iwae"}})
    assert misplaced("objective.samples", sections) is None
    assert misplaced("objective.beta", sections) == (
        "the objective 'iwae' has no such setting; it has samples"
    )


def test_misplaced_group() -> None:
    """A ladder has no prior to choose."""
    why = misplaced("model.prior.kind", fill({"model": {"kind": "ladder"}}))
    assert why is not None
    assert why.startswith("the model 'ladder' has no such setting")
