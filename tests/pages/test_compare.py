"""Compare, without a browser: what the live element is given, and sweeps without a process."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import SECONDS
from tests.pages.given import given
from tests.ui import tiny
from ui import cached
from vae import jobs

Open = Callable[..., AppTest]


def _ladder(shipped: Path) -> None:
    for beta in (1, 4):
        config = tiny.config(objective={"kind": "elbo", "beta": beta})
        tiny.ship(shipped / f"b{beta}", config, kl_per_unit=[1, 2, 3])


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[jobs.Run]:
    """The runs that would have been given a process."""
    runs: list[jobs.Run] = []
    monkeypatch.setattr("vae.jobs.queue.start", runs.append)
    return runs


def test_a_family_is_measured_beside_the_page(app: Open, shipped: Path) -> None:
    """Both models are given at once, unit by unit as they are; once measured, they are aligned."""
    _ladder(shipped)
    page = app("compare")
    end = time.monotonic() + SECONDS
    while not given(page)["curve"] and time.monotonic() < end:
        assert [model["name"] for model in given(page)["models"]] == ["beta 1", "beta 4"]
        time.sleep(0.2)
        page.run()
    data = given(page)
    assert len(data["curve"]) == 2
    assert len(data["pictures"]) == 12
    assert data["joined"]
    for model in data["models"]:
        assert sorted(model["units"]) == [0, 1, 2]
    assert page.query_params["models"] == "b1,b4"
    worth, matched = (_table(page, corner) for corner in ("model", "unit"))
    assert [row[0] for row in worth] == ["model", "beta 1", "beta 4"]
    assert worth[0][1:4] == ["NLL", "ELBO", "Reconstruction"]
    reconstruction, kl = (float(worth[1][i].replace(",", "")) for i in (3, 4))
    assert float(worth[1][2].replace("\N{MINUS SIGN}", "-").replace(",", "")) == pytest.approx(
        -(reconstruction + kl), abs=0.2
    )
    assert [row[0] for row in matched] == ["unit", "unit 0", "unit 1", "unit 2"]
    assert all(len(row) == 3 for row in matched)


def test_what_cannot_be_compared_is_said(app: Open, shipped: Path) -> None:
    """Other data is left out with a sentence, the rest is shown."""
    _ladder(shipped)
    tiny.ship(shipped / "sprites", tiny.config(data={"name": "sprites"}))
    page = app("compare", models="b1,sprites,nonsense")
    told = " ".join(warning.value for warning in page.warning)
    assert "its images are 64 x 64" in told
    assert "nonsense is not there any more" in told
    assert [model["key"] for model in given(page)["models"]] == ["b1"]


def test_a_sweep_is_queued_and_shown(app: Open, shipped: Path) -> None:
    """Start submits every beta, and the page waits for them."""
    _ladder(shipped)
    page = app("compare")
    page.text_input(key="sweep betas").set_value("2, 3").run()
    page.number_input(key="sweep epochs").set_value(1).run()
    next(b for b in page.button if b.label == "Start the sweep").click().run()
    assert not page.exception
    runs = [entry.run for entry in jobs.runs(jobs.root())]
    assert {run.config.objective.model_dump()["beta"] for run in runs} == {2, 3}
    assert {run.config.train.epochs for run in runs} == {1}
    assert set(page.query_params["models"].split(",")) == {f"runs/{run.name}" for run in runs}
    assert not page.get("bidi_component")


def test_a_sweep_that_makes_no_sense(app: Open, shipped: Path) -> None:
    """It is a sentence, and nothing can be started."""
    _ladder(shipped)
    page = app("compare")
    page.text_input(key="sweep betas").set_value("many").run()
    assert "needed are numbers" in page.error[0].value
    assert "Start the sweep" not in {button.label for button in page.button}


def test_two_panes_show_the_contrast(app: Open, shipped: Path) -> None:
    """At first an autoencoder and a VAE of as many units; the address brings any other two."""
    _ladder(shipped)
    tiny.ship(shipped / "plain", tiny.config({"kind": "autoencoder"}))
    page = app("compare", layout="two")
    assert {page.selectbox(key="left picker").value, page.selectbox(key="right picker").value} == {
        "plain",
        "b1",
    }
    page = app("compare", layout="two", panes="b4,plain")
    sides = given(page)["sides"]
    assert [side["plain"] for side in sides] == [False, True]
    assert page.selectbox(key="left picker").value == "b4"


@pytest.mark.parametrize("bad", [0, 1], ids=["left", "right"])
def test_a_pane_falls_alone(app: Open, shipped: Path, bad: int) -> None:
    """Of two panes one has a damaged model: it is said by name, and the other pane and both pickers stay."""
    _ladder(shipped)
    titles = {each.key: each.title for each in cached.explorable().entries.values()}
    keys = ["b1", "b4"]
    (shipped / keys[bad] / "model.safetensors").write_bytes(b"no weights")
    page = app("compare", layout="two", panes=",".join(keys))
    (said,) = page.error
    assert said.value.startswith(f"{titles[keys[bad]]}: ")
    assert "damaged" in said.value
    sides = given(page)["sides"]
    assert [side is None for side in sides] == [bad == 0, bad == 1]
    assert [page.selectbox(key=f"{name} picker").value for name in ("left", "right")] == keys


def test_without_models(app: Open) -> None:
    """The page says what to do."""
    page = app("compare")
    assert not page.exception
    assert "train some" in page.info[0].value


def _table(page: AppTest, corner: str) -> list[list[str]]:
    """The cells, row by row, of the table of HTML whose corner says this."""
    bodies = (str(block.proto.body) for block in page.get("html"))
    [found] = [body for body in bodies if f'<tr><th scope="col">{corner}</th>' in body]
    rows = re.findall("<tr>(.*?)</tr>", found)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_damaged_model_is_left_out_alone(app: Open, shipped: Path) -> None:
    """Of three the two whose weights can be read are compared; the third is named with its problem."""
    _ladder(shipped)
    folder = tiny.ship(shipped / "bad", tiny.config(objective={"kind": "elbo", "beta": 2}))
    (folder / "model.safetensors").write_bytes(b"no weights")
    page = app("compare", models="b1,bad,b4")
    assert not page.error
    assert [model["key"] for model in given(page)["models"]] == ["b1", "b4"]
    assert any("is left out" in warning.value for warning in page.warning)
