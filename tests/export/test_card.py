"""A model card says what there is to know."""

import json

from tests.ui import tiny
from vae.config import Change, RunConfig, parse
from vae.export.card import model_card


def test_the_settings_can_be_read_back() -> None:
    """The card's JSON is the run's settings, whole."""
    text = model_card("Mine", tiny.config(), {})
    (block,) = (part for part in text.split("```") if part.startswith("json"))
    assert parse(RunConfig, json.loads(block.removeprefix("json"))) == tiny.config()


def test_what_was_changed_in_mid_run_is_told() -> None:
    """The weight that was in force at the end, and the step from which on it was."""
    settings = tiny.config()
    change = Change(step=430, weight=20, learning_rate=1e-4)
    steered = settings.replace(train=settings.train.replace(changes=(change,)))
    text = model_card("Mine", steered, {})
    assert "**Objective:** elbo, beta 20" in text
    assert "**From step 430:** beta 20, learning rate 0.0001" in text


def test_only_what_was_measured_is_told() -> None:
    """A number is in the table if there is one; without any there is no table."""
    text = model_card("Mine", tiny.config(), {"elbo": -90.25}, note="for Tuesday")
    assert "| ELBO | -90.25 |" in text
    assert "importance" not in text
    assert "for Tuesday" in text
    assert "nats" not in model_card("Mine", tiny.config(), {})


def test_classes_are_named() -> None:
    """By number, as they are even where a name has Markdown's signs; none for a model without labels."""
    named = {"kind": "cvae", "classes": 3, "names": ("cat", "*dog*", "a_b")}
    text = model_card("Mine", tiny.config(named), {})
    assert "- **Classes:** cat, \\*dog\\*, a\\_b\n" in text
    assert "Classes" not in model_card("Mine", tiny.config(), {})
