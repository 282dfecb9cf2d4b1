"""Interpolate, without a browser: what the element is given, and what the page makes of its reports."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import SECONDS
from tests.pages.given import given
from tests.ui import tiny
from ui import state
from ui.live import blobs
from vae.data.embedded import embedded_digits

Open = Callable[..., AppTest]
WORDS = "p17.p3,d3y4,c0:125~2:-50,o"


def _report(app: AppTest, **said: Any) -> AppTest:
    data = given(app)
    seen = {"model": data["model"], "revision": data["revision"], "z": data["z"], "label": 0}
    fields = said.pop("fields", {})
    report = {"seen": {**seen, "fields": fields}, "problem": "", "shown": False, **said}
    app.session_state[state.INTERPOLATOR] = report
    return app.run()


def test_a_link_brings_the_way(app: Open, shipped: Path) -> None:
    """Way, curve, corners and place come from the address."""
    tiny.ship(shipped / "small", tiny.config())
    asked = {"way": "four", "curve": "spherical", "corners": WORDS, "at": "0.25,1.00"}
    assert given(app("interpolate", **asked))["fields"] == asked


@pytest.mark.parametrize("corners", ["x", "p", "p1,", "d3y", "c0:1.5", "p1,p2,p3,p4,p5", "<b>"])
def test_corners_that_make_no_sense(app: Open, shipped: Path, corners: str) -> None:
    """They are not taken from a report."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("interpolate")
    _report(page, fields={"corners": corners, "at": "0.50"})
    assert "corners" not in page.query_params
    assert page.query_params["at"] == "0.50"


def test_pictures_are_looked_for_after_the_first_picture(app: Open, shipped: Path) -> None:
    """The page does not wait for the data; then held-out digits are offered with their labels."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("interpolate")
    assert given(page)["images"] is None
    end = time.monotonic() + SECONDS
    while not (images := given(_report(page, shown=True))["images"]):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert images["labels"][:12] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    content = blobs.find(images["digest"])
    assert content is not None
    pixels = np.frombuffer(content[-40 * 784 :], np.uint8)
    # The last 500 of the embedded digits are not trained on.
    np.testing.assert_array_equal(pixels, embedded_digits()[0][4500:4540].numpy().ravel())


def test_two_dimensions_have_a_map(app: Open, shipped: Path) -> None:
    """A model of two units is given the codes of its map, another none."""
    tiny.ship(shipped / "flat", tiny.config({"latent_dim": 2}))
    tiny.ship(shipped / "small", tiny.config())
    assert len(given(app("interpolate", model="flat"))["across"]) == 15
    assert given(app("interpolate", model="small"))["across"] == []


def test_the_way_outlasts_a_visit_to_another_page(app: Open, shipped: Path) -> None:
    """Back from Explore, the element is pushed the corners that it had."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("interpolate")
    _report(page, fields={"way": "sum", "corners": "p1,p2,d3"})
    page.switch_page("../pages/explore.py").run()
    assert not page.exception
    page.switch_page("../pages/interpolate.py").run()
    assert given(page)["fields"] == {"way": "sum", "corners": "p1,p2,d3"}
    assert page.query_params["corners"] == "p1,p2,d3"
