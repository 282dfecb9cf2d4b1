"""What can be compared with what."""

from typing import Any

import pytest

from tests.ui import tiny
from vae.comparison import held_out, misfit
from vae.comparison.facts import content_key
from vae.config import RunConfig

DIGITS = tiny.config()
SHIPPED = tiny.config(data={"name": "mnist", "hold_out": "embedded"})


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (tiny.config({"latent_dim": 7}), ""),
        (tiny.config(objective={"kind": "elbo", "beta": 4}), ""),
        (tiny.config({"kind": "ladder"}), ""),
        (SHIPPED, ""),
        (tiny.config(data={"name": "mnist"}), "other data"),
        (tiny.config(data={"name": "fashion-mnist"}), "other data"),
        (tiny.config(data={"name": "sprites"}), "64 x 64"),
        (tiny.config({"likelihood": {"kind": "gaussian"}}), "gaussian"),
        (tiny.config(data={"name": "embedded", "pixels": "grey"}), "grey"),
        (tiny.config({"kind": "autoencoder"}), "no KL"),
        (tiny.config({"prior": {"kind": "vamp"}}), "learned"),
    ],
)
def test_what_is_not_comparable_is_said(other: RunConfig, why: str) -> None:
    """A model of other data, size, likelihood or prior is left out for that reason, others fit."""
    found = misfit(other, DIGITS)
    assert (why in found) if why else not found


@pytest.mark.parametrize(
    ("configs", "name", "split"),
    [
        ([SHIPPED, SHIPPED], "embedded", "all"),
        ([SHIPPED, DIGITS], "embedded", "test"),
        ([DIGITS], "embedded", "test"),
        ([tiny.config(data={"name": "fashion-mnist", "limit": 5})], "fashion-mnist", "test"),
    ],
)
def test_no_model_has_seen_the_images(configs: Any, name: str, split: str) -> None:
    """They are from a part of the data that all of them were kept from."""
    held = held_out(configs)
    assert (held.data.name, held.data.limit, held.split) == (name, None, split)


def test_a_comparison_is_known_by_its_content() -> None:
    """The order of the models does not matter, other models or other data do."""
    key = content_key(["a", "b"], "digits")
    assert key == content_key(["b", "a"], "digits")
    assert len({key, content_key(["a"], "digits"), content_key(["a", "b"], "clothes")}) == 3
