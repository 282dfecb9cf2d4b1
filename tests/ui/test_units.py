"""The order in which latent units are shown."""

from tests.ui import tiny
from ui import units
from vae.config import LadderConfig, VaeConfig


def test_most_kl_comes_first_and_unused_units_apart() -> None:
    """Units are sorted by KL; those under 0.01 nats are unused."""
    (layer,) = units.layers(VaeConfig(latent_dim=4), (0.5, 0.009, 2.0, 0.01))
    assert layer.used == (2, 0, 3)
    assert layer.unused == (1,)
    assert layer.name == ""


def test_without_kl_every_unit_is_used() -> None:
    """Unknown KL, or KL of another number of units, leaves the units in their own order."""
    for unknown in ((), (1.0,)):
        (layer,) = units.layers(VaeConfig(latent_dim=3), unknown)
        assert layer.used == (0, 1, 2)
        assert layer.unused == ()


def test_a_ladder_is_shown_by_layer_from_the_top() -> None:
    """Each layer has its own units, numbered through; the top layer is shown first."""
    top, bottom = units.layers(LadderConfig(latent_dims=(3, 2)), (0.1, 3, 0.2, 0.3, 0.4))
    assert top.name == "Layer 2, the top"
    assert top.used == (4, 3)
    assert bottom.used == (1, 2, 0)


def test_a_bar_is_measured_by_the_largest_kl() -> None:
    """The unit with the most KL has the full bar; nothing leaves 0 to 100 %."""
    kl = (2.0, 0.5, -0.001)
    assert "width:100%" in units.label(0, kl)
    assert "2.00 nats" in units.label(0, kl)
    assert "width:25%" in units.label(1, kl)
    assert "width:0%" in units.label(2, kl)
    assert "nats" not in units.label(0, ())


def test_tiny_models_are_as_asked() -> None:
    """The tests' own models have the sizes that they ask for."""
    assert tiny.config({"kind": "ladder", "latent_dims": (3, 2)}).model.latent_dim == 5
