"""Explore, without a browser."""

import base64
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.ui import tiny
from vae import jobs
from vae.training import load_model

Open = Callable[..., AppTest]
OWN_IMAGES = {"name": "folder", "path": "x", "channels": 3, "size": 64}


def _picture(app: AppTest, which: int = 0) -> npt.NDArray[np.uint8]:
    """A picture of the page, as the browser would get it."""
    found = [m for m in (re.search(r'base64,([^"]+)"', html.value) for html in app.html) if m]
    return np.asarray(Image.open(BytesIO(base64.b64decode(found[which][1]))))


def _decoded(folder: Path, z: list[float], label: int | None = None) -> npt.NDArray[np.uint8]:
    """What the model in a folder decodes, by itself."""
    y = None if label is None else torch.tensor([label])
    with torch.no_grad():
        mean = load_model(folder).model.decode(torch.tensor([z], dtype=torch.float32), y).mean[0]
    return (255 * mean).round().byte().permute(1, 2, 0).squeeze(-1).numpy()


@pytest.mark.parametrize("data", [{"name": "embedded"}, {"name": "sprites"}, OWN_IMAGES])
def test_a_slider_moves_the_picture(app: Open, shipped: Path, data: dict[str, object]) -> None:
    """The picture is the model's decode of where the sliders stand, pixel by pixel."""
    folder = tiny.ship(shipped / "small", tiny.config(data=data), kl_per_unit=[1, 3, 2])
    page = app(model="small")
    assert not page.exception
    assert [slider.label for slider in page.slider] == ["Unit 1", "Unit 2", "Unit 0"]
    before = _picture(page)
    np.testing.assert_array_equal(before, _decoded(folder, [0, 0, 0]))
    page.slider[0].set_value(2.5).run()
    page.slider[2].set_value(-1.0).run()
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [-1, 2.5, 0]))
    assert page.query_params["z"] == "0:-1.00,1:2.50"


def test_units_that_carry_nothing_are_folded(app: Open, shipped: Path) -> None:
    """Their sliders are in an expander that says how many they are."""
    tiny.ship(shipped / "small", tiny.config(), kl_per_unit=[0.001, 3, 0])
    page = app()
    assert [expander.label for expander in page.expander] == ["2 units the model does not use"]
    assert len(page.expander[0].slider) == 2


def test_the_address_brings_the_code(app: Open, shipped: Path) -> None:
    """A link leads to the same model at the same point."""
    tiny.ship(shipped / "another", tiny.config())
    folder = tiny.ship(shipped / "small", tiny.config())
    page = app(model="small", z="1:1.5,2:-9,7:1")
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 1.5, -3]))


def test_random_and_reset(app: Open, shipped: Path) -> None:
    """Random draws from the prior, Reset returns to zero."""
    tiny.ship(shipped / "small", tiny.config())
    page = app()
    page.button[0].click().run()
    drawn = [slider.value for slider in page.slider]
    assert len(set(drawn)) == 3
    page.button[1].click().run()
    assert [slider.value for slider in page.slider] == [0, 0, 0]


def test_a_conditional_model_asks_for_the_label(app: Open, shipped: Path) -> None:
    """The chosen label reaches the decoder, and the address."""
    folder = tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    page = app(y="4")
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 0, 0], 4))
    page.pills[0].set_value(7).run()
    np.testing.assert_array_equal(_picture(page), _decoded(folder, [0, 0, 0], 7))
    assert page.query_params["y"] == "7"


def test_a_ladder_is_grouped_by_layer(app: Open, shipped: Path) -> None:
    """Each layer has a heading, the top one first."""
    settings = tiny.config({"kind": "ladder", "latent_dims": (2, 1), "widths": (8, 8)})
    tiny.ship(shipped / "small", settings, kl_per_unit=[1, 2, 3])
    page = app()
    assert [text.value for text in page.markdown] == [
        "**Layer 2, the top**",
        "**Layer 1, next to the picture**",
    ]
    assert [slider.label for slider in page.slider] == ["Unit 2", "Unit 1", "Unit 0"]


@pytest.mark.parametrize("kind", ["vae", "autoencoder"])
def test_two_dimensions_have_a_map(app: Open, shipped: Path, kind: str) -> None:
    """All of a two-dimensional model is shown at once; its middle is the picture at zero."""
    folder = tiny.ship(shipped / "small", tiny.config({"kind": kind, "latent_dim": 2}))
    page = app()
    grid = _picture(page, 1)
    assert grid.shape == (15 * 28, 15 * 28)
    middle = grid[7 * 28 : 8 * 28, 7 * 28 : 8 * 28]
    np.testing.assert_array_equal(middle, _decoded(folder, [0, 0]))


def test_without_models_the_way_leads_to_train(app: Open) -> None:
    """Nothing to explore: the page says what to do and links to Train."""
    page = app()
    assert "Train one" in page.info[0].value
    assert page.page_link[0].value == "Train a model"
    assert not page.slider


def test_an_unknown_model_gives_way_to_another(app: Open, shipped: Path) -> None:
    """The page says so, and shows a model all the same."""
    tiny.ship(shipped / "small", tiny.config())
    page = app(model="<b>none</b>")
    assert "There is no model called" in page.warning[0].value
    assert page.query_params["model"] == "small"
    assert len(page.slider) == 3


def test_damaged_weights_are_a_sentence(app: Open, shipped: Path) -> None:
    """No traceback: the error names the file and what to do."""
    folder = tiny.ship(shipped / "small", tiny.config())
    (folder / "model.safetensors").write_bytes(b"\x80 a pickle")
    page = app()
    assert not page.exception
    assert "refused" in page.error[0].value


def test_a_training_is_explored_as_it_goes_on(app: Open) -> None:
    """A run with weights is in the list; newer weights are used at the next look."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    page = app(model=f"runs/{run.name}")
    np.testing.assert_array_equal(_picture(page), _decoded(run.last, [0, 0, 0]))
    before = _picture(page)
    tiny.train_a_little(run)
    page.run()
    assert not np.array_equal(_picture(page), before)
    np.testing.assert_array_equal(_picture(page), _decoded(run.last, [0, 0, 0]))


def test_choices_outlast_a_visit_to_another_page(app: Open, shipped: Path) -> None:
    """Back from Train, the same model stands at the same point."""
    tiny.ship(shipped / "a", tiny.config())
    tiny.ship(shipped / "b", tiny.config())
    page = app()
    page.selectbox[0].select("b").run()
    page.slider[1].set_value(1.25).run()
    page.switch_page("../pages/train.py").run()
    assert not page.exception
    page.switch_page("../pages/explore.py").run()
    assert page.selectbox[0].value == "b"
    assert page.slider[1].value == 1.25
