"""Generate, without a browser: what the element is given, and what the page makes of its reports."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.given import given
from tests.ui import tiny
from ui import state
from vae.export.layers import build, read_weights
from vae.training import load_model

Open = Callable[..., AppTest]


@pytest.fixture
def conditional(shipped: Path) -> Path:
    """A model that takes labels."""
    return tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))


def _report(app: AppTest, **seen: Any) -> AppTest:
    data = given(app)
    usual = {"model": data["model"], "revision": data["revision"], "z": data["z"], "label": 0}
    app.session_state[state.GENERATOR] = {"seen": {**usual, "fields": {}, **seen}, "problem": ""}
    return app.run()


def test_decoder_and_encoder_reach_the_element(app: Open, conditional: Path) -> None:
    """It is given the hashes of their contents, the labels, and how drawings are framed."""
    data = given(app("generate"))
    settings = load_model(conditional).config.model
    weights = read_weights(conditional / "model.safetensors")
    for part in ("decoder", "encoder"):
        assert data[part] == build(part, settings, weights).digest
    assert data["classes"] == list("0123456789")
    assert data["framing"]["centre"] == "mass"


def test_a_link_brings_the_view(app: Open, conditional: Path) -> None:
    """Seed and mode come from the address; what makes no sense there is left out."""
    data = given(app("generate", seed="17", show="labels", temperature="hot", unknown="x"))
    assert data["fields"] == {"seed": "17", "show": "labels"}


def test_a_hand_that_rests_goes_to_the_address(app: Open, conditional: Path) -> None:
    """What is usual is left out, what makes no sense too; the element is pushed nothing back."""
    page = app("generate", show="labels")
    before = given(page)
    fields = {"show": "blend", "seed": "5", "blend": "3:0.50,8:0.50", "size": "huge", "other": "x"}
    _report(page, z=[0, 1.25, 0], label=7, fields=fields)
    asked = {name: page.query_params.get(name) for name in ("show", "seed", "blend", "size", "y")}
    assert asked == {"show": "blend", "seed": "5", "blend": "3:0.50,8:0.50", "size": None, "y": "7"}
    assert page.query_params["z"] == "1:1.25"
    assert given(page) == before
    _report(page, fields={})
    assert "show" not in page.query_params


def test_the_view_outlasts_a_visit_to_another_page(app: Open, conditional: Path) -> None:
    """Back from Explore, the element is pushed what it showed, with the code of Explore."""
    page = app("generate")
    _report(page, z=[0, 1.25, 0], fields={"show": "labels", "seed": "5"})
    revision = given(page)["revision"]
    page.switch_page("../pages/explore.py").run()
    assert page.query_params["z"] == "1:1.25"
    page.switch_page("../pages/generate.py").run()
    data = given(page)
    assert data["fields"] == {"show": "labels", "seed": "5"}
    assert data["z"] == [0, 1.25, 0]
    assert data["revision"] != revision


@pytest.mark.parametrize("seen", [None, 3, {"model": "other"}, {"revision": -1}])
def test_a_report_of_something_else_counts_for_nothing(
    app: Open, conditional: Path, seen: Any
) -> None:
    """A report of another model, of an earlier push, or no report at all changes nothing."""
    page = app("generate")
    if isinstance(seen, dict):
        _report(page, z=[2, 2, 2], **seen)
    else:
        page.session_state[state.GENERATOR] = {"seen": seen, "problem": ""}
        page.run()
    assert not page.exception
    assert "z" not in page.query_params


def test_a_model_without_labels_says_so(app: Open, shipped: Path) -> None:
    """It is generated from all the same, and a button leads to a model with labels."""
    tiny.ship(shipped / "plain", tiny.config())
    tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    page = app("generate", model="plain")
    assert given(page)["classes"] == []
    assert "no labels" in page.markdown[0].value
    page.button[0].click().run()
    assert page.query_params["model"] == "small"
    assert len(given(page)["classes"]) == 10
    assert not page.button


def test_without_a_model_with_labels_the_way_leads_to_train(app: Open, shipped: Path) -> None:
    """Where no model knows labels, one can be trained."""
    tiny.ship(shipped / "plain", tiny.config())
    page = app("generate")
    assert "train one" in page.markdown[0].value
    assert page.page_link[0].value == "Train a model"


def test_own_picture_is_offered(app: Open, conditional: Path) -> None:
    """What was drawn elsewhere reaches the element with its label."""
    page = app("generate")
    assert given(page)["picture"] is None
    shape = (1, 28, 28)
    page.session_state["pictures"] = {shape: state.Picture(bytes(784), shape, label=7)}
    page.run()
    assert given(page)["picture"] == {"pixels": "A" * 1044 + "AA==", "label": 7}
