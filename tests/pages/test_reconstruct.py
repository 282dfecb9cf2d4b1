"""Reconstruct, without a browser: what the drawing element is given, and what is said of its picture."""

import base64
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.distributions import Normal, kl_divergence

from tests.data.made_up import picture
from tests.data.test_prepare import photograph
from tests.pages.conftest import SECONDS
from tests.pages.given import given
from tests.ui import tiny
from ui import state
from vae.data.embedded import embedded_digits
from vae.export.layers import build, read_weights
from vae.training import load_model

Open = Callable[..., AppTest]


def _draw(app: AppTest, pixels: bytes, label: int | None = None, **more: Any) -> AppTest:
    """What the page makes of a drawing on which the pen rests."""
    drawn = {
        "revision": given(app)["revision"],
        "stroke": 1,
        "pixels": base64.b64encode(pixels).decode(),
        "label": label,
        "origin": "drawn",
        "empty": not any(pixels),
    }
    app.session_state[state.DRAWING] = {"drawn": drawn, "leaf": 0, "problem": "", **more}
    return app.run()


def _numbers(app: AppTest) -> dict[str, float]:
    """What is said of the picture, once everything is known."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        shown = given(app)["measured"]
        found = {name: value for name, value, _ in shown["numbers"]} if shown else {}
        if "likelier than" in found and len(shown["lines"]) == len(given(app)["neighbours"]):
            return {name: _value(text) for name, text in found.items()}
        time.sleep(0.1)
        app.run()
    pytest.fail("the numbers did not come")


def _value(text: str) -> float:
    found = re.search(r"[\d.]+", text.replace(",", ""))
    assert found is not None
    return float(found[0]) * (-1 if text.startswith("\N{MINUS SIGN}") else 1)


def _digit(number: int) -> bytes:
    return embedded_digits()[0][number].numpy().tobytes()


# --- what the element is given --------------------------------------------------------------------------


def test_the_model_and_its_neighbours_reach_the_element(app: Open, shipped: Path) -> None:
    """Hashes of encoder and decoder, how MNIST frames its ink, and models of the same shape."""
    folder = tiny.ship(shipped / "small", tiny.config())
    tiny.ship(shipped / "point", tiny.config({"kind": "autoencoder"}))
    tiny.ship(shipped / "sprites", tiny.config(data={"name": "sprites"}))
    data = given(app("reconstruct", model="small"))
    config = load_model(folder).config.model
    weights = read_weights(folder / "model.safetensors")
    assert data["encoder"] == build("encoder", config, weights).digest
    assert data["decoder"] == build("decoder", config, weights).digest
    assert data["framing"] == {"fill": 20 / 28, "centre": "mass"}
    assert [each["model"] for each in data["neighbours"]] == ["point"]
    assert data["picture"] is None
    assert data["measured"] is None


def test_what_can_be_said_of_a_posterior(app: Open, shipped: Path) -> None:
    """A point has no deviation; a ladder's KL along the means is not the whole."""
    tiny.ship(shipped / "point", tiny.config({"kind": "autoencoder"}))
    tiny.ship(shipped / "vae", tiny.config())
    tiny.ship(
        shipped / "ladder",
        tiny.config({"kind": "ladder", "latent_dims": (2, 1), "widths": (8, 8)}),
    )
    said = {}
    for model in ("point", "vae", "ladder"):
        data = given(app("reconstruct", model=model))
        said[model] = (data["spread"], data["nats"])
    assert said == {"point": (False, "none"), "vae": (True, "exact"), "ladder": (True, "about")}


# --- what is said of a picture ----------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_model(app: Open, shipped: Path) -> None:
    """KL is torch.distributions', recon that of the posterior, the ELBO their negative sum."""
    folder = tiny.ship(shipped / "small", tiny.config())
    page = _draw(app("reconstruct"), _digit(4))
    found = _numbers(page)
    model = load_model(folder).model
    x = embedded_digits()[0][4:5].float() / 255
    with torch.no_grad():
        q = model.encode(x)
        kl = kl_divergence(Normal(q.mu, (q.logvar / 2).exp()), Normal(0.0, 1.0)).sum()
        recon = model.infer(x, samples=2000).recon.mean()
    assert found["KL"] == pytest.approx(float(kl), abs=0.06)
    assert found["recon"] == pytest.approx(float(recon), abs=1)
    assert found["ELBO"] == pytest.approx(-(found["recon"] + found["KL"]), abs=0.11)
    assert found["log p(x)"] >= found["ELBO"] - 0.11
    assert 0 <= found["likelier than"] <= 100


def test_a_plain_autoencoder_has_a_reconstruction_only(app: Open, shipped: Path) -> None:
    """No KL, no ELBO, no log p(x): it has no prior."""
    tiny.ship(shipped / "point", tiny.config({"kind": "autoencoder"}))
    assert set(_numbers(_draw(app("reconstruct"), _digit(3)))) == {"recon", "likelier than"}


def test_the_label_counts(app: Open, shipped: Path) -> None:
    """A conditional model is told the label, and says something else under another."""
    tiny.ship(shipped / "small", tiny.config({"kind": "cvae"}))
    page = app("reconstruct")
    as_three = _numbers(_draw(page, _digit(3), 3))
    as_seven = _numbers(_draw(page, _digit(3), 7))
    assert as_three["recon"] != as_seven["recon"]


def test_an_empty_pad_has_no_numbers(app: Open, shipped: Path) -> None:
    """Nothing is measured of nothing, and nothing is kept."""
    tiny.ship(shipped / "small", tiny.config())
    page = _draw(app("reconstruct"), bytes(784))
    assert given(page)["measured"] is None


def test_the_picture_lasts(app: Open, shipped: Path) -> None:
    """Another model of the same shape keeps the pad as it is; a visit elsewhere brings it back."""
    tiny.ship(shipped / "a", tiny.config())
    tiny.ship(shipped / "b", tiny.config())
    page = _draw(app("reconstruct"), _digit(5))
    revision = given(page)["revision"]
    page.selectbox[0].select("b").run()
    assert given(page)["revision"] == revision
    page.switch_page("../pages/train.py").run()
    page.switch_page("../pages/reconstruct.py").run()
    data = given(page)
    assert data["revision"] == revision + 1
    assert base64.b64decode(data["picture"]["pixels"]) == _digit(5)


def test_the_code_opens_in_explore(app: Open, shipped: Path) -> None:
    """The code that the browser found is the address' and the sliders'."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("reconstruct")
    _draw(page, _digit(5), open={"model": "small", "z": [0.5, -1, 0], "label": None})
    assert page.query_params["z"] == "0:0.50,1:-1.00"
    (element,) = page.get("bidi_component")
    assert json.loads(element.proto.json)[0]["z"] == [0.5, -1, 0]


def test_nonsense_from_the_browser_is_ignored(app: Open, shipped: Path) -> None:
    """A picture of another size, or text that is none, changes nothing."""
    tiny.ship(shipped / "small", tiny.config())
    page = _draw(app("reconstruct"), b"abc")
    assert given(page)["measured"] is None
    report = {"revision": 1, "stroke": "x", "pixels": "%%", "label": [], "empty": 0}
    page.session_state[state.DRAWING] = {"drawn": report, "leaf": "?", "problem": ""}
    page.run()
    assert given(page)["measured"] is None


# --- ways in ------------------------------------------------------------------------------------------------


def test_a_photograph_reaches_the_pad(app: Open, shipped: Path) -> None:
    """It is prepared, its steps are shown, and the pad gets the digit."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("reconstruct")
    page.segmented_control(key=state.WAY).set_value("Upload").run()
    digit = embedded_digits()[0][4507, 0].numpy()
    page.file_uploader[0].upload("seven.png", picture(photograph(digit)), "image/png").run()
    data = given(page)
    found = np.frombuffer(base64.b64decode(data["picture"]["pixels"]), np.uint8)
    assert np.corrcoef(found, digit.ravel())[0, 1] > 0.7
    assert data["picture"]["origin"] == "upload"
    (steps,) = (html.value for html in page.html if html.value.startswith('<div class="steps"'))
    assert "centred by mass" in steps


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_bad_upload_is_a_sentence(app: Open, shipped: Path, content: bytes) -> None:
    """The page says what to do, and the pad stays as it was."""
    tiny.ship(shipped / "small", tiny.config())
    page = _draw(app("reconstruct"), _digit(5))
    page.segmented_control(key=state.WAY).set_value("Upload").run()
    page.file_uploader[0].upload("bad.png", content, "image/png").run()
    assert "Choose" in page.error[0].value
    assert given(page)["measured"]["of"] == "small 1 1"


@pytest.mark.parametrize("data", ["embedded", "sprites", "fashion-mnist"])
def test_pictures_to_pick_from(app: Open, shipped: Path, data: str) -> None:
    """Held-out pictures of the model's data, with their classes; digits where that is not there."""
    tiny.ship(shipped / "small", tiny.config(data={"name": data}))
    page = app("reconstruct")
    page.segmented_control(key=state.WAY).set_value("Pick from the data").run()
    shelf = given(page)["shelf"]
    assert len(shelf["names"]) == len(shelf["labels"]) == 30
    assert re.fullmatch("[0-9a-f]{64}", shelf["digest"])


# --- what goes wrong ------------------------------------------------------------------------------------------


def test_the_server_reconstructs_where_the_browser_cannot(app: Open, shipped: Path) -> None:
    """Without weights in the browser, picture, reconstruction and samples come from the server."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("reconstruct")
    _draw(page, _digit(5), problem="The model could not be fetched.")
    _numbers(page)
    (row,) = (html.value for html in page.html if html.value.startswith('<div class="steps"'))
    assert row.count("<img") == 7


def test_damaged_weights_are_a_sentence(app: Open, shipped: Path) -> None:
    """No traceback: the error names the file and what to do."""
    folder = tiny.ship(shipped / "small", tiny.config())
    (folder / "model.safetensors").write_bytes(b"\x80 a pickle")
    page = app("reconstruct")
    assert not page.exception
    assert "damaged" in page.error[0].value
