"""Explore, without a browser: what the live element is given, and what stands in for it."""

import base64
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pages.given import given
from tests.ui import tiny
from ui import state
from vae import jobs
from vae.export.layers import build, read_weights
from vae.training import load_model

Open = Callable[..., AppTest]
OWN_IMAGES = {"name": "folder", "path": "x", "channels": 3, "size": 64}
WHY = "The model could not be fetched."


def _report(app: AppTest, **code: Any) -> AppTest:
    """What the page makes of a hand that rests, or of a problem."""
    data = given(app)
    of = {"model": data["model"], "revision": data["revision"], "label": data["label"]}
    problem = code.pop("problem", "")
    app.session_state[state.EXPLORER] = {"code": {**of, **code} or None, "problem": problem}
    return app.run()


def _picture(app: AppTest) -> npt.NDArray[np.uint8]:
    """The server's picture, as the browser would get it."""
    (found,) = (m for m in (re.search(r'base64,([^"]+)"', html.value) for html in app.html) if m)
    return np.asarray(Image.open(BytesIO(base64.b64decode(found[1]))))


def _decoded(folder: Path, z: list[float], label: int | None = None) -> npt.NDArray[np.uint8]:
    """What the model in a folder decodes, by itself."""
    y = None if label is None else torch.tensor([label])
    with torch.no_grad():
        mean = load_model(folder).model.decode(torch.tensor([z], dtype=torch.float32), y).mean[0]
    return (255 * mean).round().byte().permute(1, 2, 0).squeeze(-1).numpy()


def _digest(weights: Path) -> str:
    """The hash of a decoder's content."""
    settings = load_model(weights).config.model
    return build("decoder", settings, read_weights(weights)).digest


# --- the live element -------------------------------------------------------------------------------


def test_a_model_of_this_moment_is_found(app: Open, shipped: Path) -> None:
    """A link to a training that has just saved its first model does not wait for the next look."""
    tiny.ship(shipped / "one", tiny.config())
    app()  # looks round
    run = tiny.stopped_run(jobs.root(), tiny.config())
    assert given(app(model=f"runs/{run.name}"))["model"] == f"runs/{run.name}"


def test_the_model_reaches_the_element(app: Open, shipped: Path) -> None:
    """It is given the hash of the decoder's content, the units by KL, and zero to begin with."""
    folder = tiny.ship(shipped / "small", tiny.config(), kl_per_unit=[0.001, 1, 3])
    data = given(app(model="small"))
    assert data["decoder"] == _digest(folder / "model.safetensors")
    assert data["layers"] == [{"name": "", "used": [2, 1], "unused": [0]}]
    assert data["z"] == [0, 0, 0]
    assert data["reach"] == 3
    assert data["classes"] == data["map"] == []


def test_a_ladder_is_grouped_by_layer(app: Open, shipped: Path) -> None:
    """Each layer has a heading, the top one first."""
    settings = tiny.config({"kind": "ladder", "latent_dims": (2, 1), "widths": (8, 8)})
    tiny.ship(shipped / "small", settings, kl_per_unit=[1, 2, 3])
    layers = given(app())["layers"]
    assert [layer["name"] for layer in layers] == [
        "Layer 2, the top",
        "Layer 1, next to the picture",
    ]
    assert [layer["used"] for layer in layers] == [[2], [1, 0]]


def test_the_address_brings_the_code(app: Open, shipped: Path) -> None:
    """A link leads to the same model at the same point, within twice what the sliders cover."""
    tiny.ship(shipped / "another", tiny.config())
    tiny.ship(shipped / "small", tiny.config())
    data = given(app(model="small", z="1:1.5,2:-9,7:1"))
    assert data["model"] == "small"
    assert data["z"] == [0, 1.5, -6]


def test_a_code_at_rest_goes_to_the_address(app: Open, shipped: Path) -> None:
    """Where the hand rests can be shared; the element is pushed nothing back."""
    tiny.ship(shipped / "small", tiny.config())
    page = app()
    before = given(page)
    _report(page, z=[0, 1.25, -0.5])
    assert page.query_params["z"] == "1:1.25,2:-0.50"
    assert given(page) == before
    _report(page, z=[0, 0, 0])
    assert "z" not in page.query_params


def test_another_model_is_pushed_its_own_code(app: Open, shipped: Path) -> None:
    """Another model begins at zero, and the first is found again where it was left."""
    tiny.ship(shipped / "a", tiny.config())
    tiny.ship(shipped / "b", tiny.config())
    page = app()
    first = given(page)["revision"]
    _report(page, z=[0, 1.25, 0])
    page.selectbox[0].select("b").run()
    assert given(page)["z"] == [0, 0, 0]
    assert given(page)["revision"] != first
    assert "z" not in page.query_params
    page.selectbox[0].select("a").run()
    assert given(page)["z"] == [0, 1.25, 0]
    assert page.query_params["z"] == "1:1.25"


def test_choices_outlast_a_visit_to_another_page(app: Open, shipped: Path) -> None:
    """Back from Train, the same model is pushed the same point: the element has forgotten."""
    tiny.ship(shipped / "a", tiny.config())
    tiny.ship(shipped / "b", tiny.config())
    page = app()
    page.selectbox[0].select("b").run()
    _report(page, z=[0, 1.25, 0])
    before = given(page)["revision"]
    page.switch_page("../pages/train.py").run()
    assert not page.exception
    page.switch_page("../pages/explore.py").run()
    assert page.selectbox[0].value == "b"
    assert given(page)["z"] == [0, 1.25, 0]
    assert given(page)["revision"] != before
    assert page.query_params["z"] == "1:1.25"


def test_a_conditional_model_is_given_the_label(app: Open, shipped: Path) -> None:
    """The label comes from the address and goes there."""
    tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    page = app(y="4")
    assert given(page)["classes"] == list("0123456789")
    assert given(page)["label"] == 4
    _report(page, z=[0, 0, 0], label=7)
    assert page.query_params["y"] == "7"


@pytest.mark.parametrize("asked", ["12", "-1", "x"])
def test_a_label_that_there_is_not(app: Open, shipped: Path, asked: str) -> None:
    """The first label stands for one that makes no sense."""
    tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    assert given(app(y=asked))["label"] == 0


def test_where_the_codes_of_data_lie(app: Open, shipped: Path) -> None:
    """The element is told each unit's range where it was measured, and nothing where it was not."""
    tiny.ship(shipped / "a", tiny.config(), posterior_range=[[-2, 1], [0, 1], [-3, 3.5]])
    tiny.ship(shipped / "b", tiny.config())
    assert given(app(model="a"))["ranges"] == [[-2, 1], [0, 1], [-3, 3.5]]
    assert given(app(model="b"))["ranges"] == []


def test_two_dimensions_have_a_map(app: Open, shipped: Path) -> None:
    """It has as many codes above zero as below."""
    tiny.ship(shipped / "small", tiny.config({"latent_dim": 2}))
    across = given(app())["map"]
    assert len(across) == 15
    np.testing.assert_allclose(across, np.negative(across[::-1]), atol=1e-9)
    assert across == sorted(across)


def test_codes_that_go_far_widen_the_sliders(app: Open, shipped: Path) -> None:
    """An autoencoder's codes go as far as was measured, in a link and on the sliders."""
    settings = tiny.config({"kind": "autoencoder"})
    tiny.ship(shipped / "small", settings, posterior_range=[[-7.5, 1], [0, 1], [0, 1]])
    data = given(app(z="1:6.5"))
    assert data["reach"] == 8
    assert data["z"] == [0, 6.5, 0]


def test_a_training_is_explored_as_it_goes_on(app: Open) -> None:
    """A run with weights is in the list; newer weights are used at the next look, at the same code."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    page = app(model=f"runs/{run.name}")
    _report(page, z=[1, 0, 0])
    before = given(page)
    assert before["decoder"] == _digest(run.last)
    tiny.train_a_little(run)
    page.run()
    assert given(page)["decoder"] == _digest(run.last) != before["decoder"]
    assert given(page)["revision"] == before["revision"]
    assert page.query_params["z"] == "0:1.00"


# --- what goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{"name": "embedded"}, {"name": "sprites"}, OWN_IMAGES])
def test_sliders_of_the_server_stand_in(app: Open, shipped: Path, data: dict[str, object]) -> None:
    """Where the browser cannot decode, its reason is shown and the server's picture follows."""
    folder = tiny.ship(shipped / "small", tiny.config(data=data), kl_per_unit=[0.001, 1, 3])
    page = app(z="1:1.5")
    _report(page, z=[0, 1.5, 0], problem=WHY)
    assert not page.exception
    assert not page.get("bidi_component")
    assert page.warning[0].value == WHY
    assert [slider.label for slider in page.slider] == ["Unit 2", "Unit 1", "Unit 0"]
    assert page.expander[0].label == "1 unit the model does not use"
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 1.5, 0]))
    page.slider[0].set_value(2.5).run()
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 1.5, 2.5]))
    assert page.query_params["z"] == "1:1.50,2:2.50"


def test_random_and_reset_without_the_element(app: Open, shipped: Path) -> None:
    """All units are drawn from the prior, and set to zero again; the server's picture follows."""
    folder = tiny.ship(shipped / "small", tiny.config())
    page = app()
    _report(page, z=[0, 0, 0], problem=WHY)
    random, reset = page.button
    random.click().run()
    z = [float(str(slider.value)) for slider in page.slider]
    assert sum(map(bool, z)) > 1
    np.testing.assert_array_equal(_picture(page), _decoded(folder, z))
    reset.click().run()
    assert [slider.value for slider in page.slider] == [0, 0, 0]
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 0, 0]))
    assert "z" not in page.query_params


def test_the_label_can_be_picked_without_the_element(app: Open, shipped: Path) -> None:
    """A conditional model keeps its label, and takes another."""
    folder = tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    page = app(y="4")
    _report(page, z=[0, 0, 0], problem=WHY)
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 0, 0], 4))
    page.pills[0].set_value(7).run()
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 0, 0], 7))
    assert page.query_params["y"] == "7"


def test_layers_have_headings_without_the_element(app: Open, shipped: Path) -> None:
    """A ladder's sliders stand under the names of their layers."""
    settings = tiny.config({"kind": "ladder", "latent_dims": (2, 1), "widths": (8, 8)})
    tiny.ship(shipped / "small", settings, kl_per_unit=[1, 2, 3])
    page = app()
    _report(page, z=[0, 0, 0], problem=WHY)
    headings = ["**Layer 2, the top**", "**Layer 1, next to the picture**"]
    assert [text.value for text in page.markdown] == headings


def test_another_model_is_tried_in_the_browser_again(app: Open, shipped: Path) -> None:
    """What failed for one model need not fail for the next."""
    tiny.ship(shipped / "a", tiny.config())
    tiny.ship(shipped / "b", tiny.config())
    page = app()
    _report(page, z=[0, 0, 0], problem=WHY)
    page.slider[1].set_value(1.25).run()
    page.selectbox[0].select("b").run()
    assert given(page)["model"] == "b"
    assert not page.warning
    page.selectbox[0].select("a").run()
    assert page.warning[0].value == WHY
    assert page.slider[1].value == 1.25


def test_without_models_the_way_leads_to_train(app: Open) -> None:
    """Nothing to explore: the page says what to do and links to Train."""
    page = app()
    assert "Train one" in page.info[0].value
    assert page.page_link[0].value == "Train a model"
    assert not page.get("bidi_component")


def test_an_unknown_model_gives_way_to_another(app: Open, shipped: Path) -> None:
    """The page says so, and shows a model all the same."""
    tiny.ship(shipped / "small", tiny.config())
    page = app(model="<b>none</b>")
    assert "There is no model called" in page.warning[0].value
    assert page.query_params["model"] == "small"
    assert given(page)["model"] == "small"


def test_damaged_weights_are_a_sentence(app: Open, shipped: Path) -> None:
    """No traceback: the error names the file and what to do."""
    folder = tiny.ship(shipped / "small", tiny.config())
    (folder / "model.safetensors").write_bytes(b"\x80 a pickle")
    page = app()
    assert not page.exception
    assert "model.safetensors" in page.error[0].value
    assert "damaged" in page.error[0].value
