"""Posterior, without a browser: what its element is given."""

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import SECONDS
from tests.ui import tiny
from ui import state
from vae.analysis.exact_posterior import exact_posterior
from vae.training import load_model

Open = Callable[..., AppTest]
TWO = {"latent_dim": 2}


def given(app: AppTest) -> dict[str, Any]:
    """What the element is given, once the sum is there."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert not app.exception
        assert not app.error
        (element,) = app.get("bidi_component")
        data = json.loads(element.proto.json)
        data = data[0] if isinstance(data, list) else data
        if data["exact"] is not None:
            found: dict[str, Any] = data
            return found
        time.sleep(0.1)
        app.run()
    pytest.fail("the sum did not come")


@pytest.mark.parametrize(
    "model", [TWO, TWO | {"posterior": "full"}, TWO | {"kind": "cvae"}], ids=["vae", "full", "cvae"]
)
def test_it_is_the_librarys(app: Open, shipped: Path, model: dict[str, Any]) -> None:
    """The numbers are those of the picture on the pad, its pixels on or off."""
    folder = tiny.ship(shipped / "small", tiny.config(model))
    found = given(app("posterior"))
    pixels = np.frombuffer(base64.b64decode(found["picture"]["pixels"]), np.uint8)
    x = torch.from_numpy((pixels >= 128).astype(np.float32)).view(1, 1, 28, 28)
    label = found["picture"]["label"]
    y = None if label is None else torch.tensor([label])
    expected = exact_posterior(load_model(folder).model, x, y)
    numbers = [expected.log_px, expected.elbo, expected.gap]
    assert found["exact"]["numbers"][:3] == pytest.approx(numbers, abs=1e-3)
    shares = np.frombuffer(base64.b64decode(found["exact"]["p"]), np.uint8)
    assert len(shares) == found["exact"]["side"] ** 2
    assert shares.max() == 255


def test_what_the_pen_drew_is_summed_up(app: Open, shipped: Path) -> None:
    """A picture from the browser has its own numbers, which say which picture they are of."""
    tiny.ship(shipped / "small", tiny.config(TWO))
    page = app("posterior")
    before = given(page)
    drawn = {"revision": before["revision"], "stroke": 3, "origin": "drawn", "label": None}
    pixels = base64.b64encode(bytes([255] * 100 + [0] * 684)).decode()
    page.session_state[state.DRAWING] = {"drawn": drawn | {"pixels": pixels, "empty": False}}
    page.run()
    after = given(page)
    assert after["exact"]["of"] == f"small {before['revision']} 3"
    assert after["exact"]["numbers"] != before["exact"]["numbers"]


def test_other_models_say_what_is_needed(app: Open, shipped: Path) -> None:
    """A model of three units has none; those that have are offered."""
    tiny.ship(shipped / "three", tiny.config())
    tiny.ship(shipped / "two", tiny.config(TWO))
    page = app("posterior", model="three")
    assert "two latent units" in page.info[0].value
    assert [button.label for button in page.button] == ["Show VAE z2 · embedded digits · beta 1"]
    page.button[0].click().run()
    assert given(page)["model"] == "two"


def test_a_sum_that_is_there_a_moment_later(
    app: Open, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not there when the element was drawn is waited for, though it comes meanwhile."""
    tiny.ship(shipped / "small", tiny.config(TWO))
    late, waited = Future[None](), list[object]()
    monkeypatch.setattr("ui.exact.posterior", lambda *_: late)
    monkeypatch.setattr("ui.live.exact.exact", lambda *_, **__: late.set_result(None))
    monkeypatch.setattr("ui.reconstruct.reconstruction.await_rest", waited.append)
    page = app("posterior")
    assert not page.exception
    assert waited == [[late]]
