"""The map page, without a browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from tests.pages.given import given
from tests.ui import tiny
from ui import state
from ui.mapping import map_sources
from vae.jobs.mapping import MapJob
from vae.projection import Points, Settings

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache and runs of the test's own; no process is started."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VAE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(MapJob, "_spawn", lambda job: None)
    monkeypatch.setattr(MapJob, "alive", True)
    map_sources._points.clear()


def words(app: AppTest) -> str:
    """What is said to be wrong."""
    return " ".join(each.value for each in app.error)


def test_a_map_at_once(app: Open, shipped: Path) -> None:
    """PCA of held-out images, with what it takes to decode and to colour."""
    tiny.ship(shipped / "small", tiny.config())
    data = given(app("map"))
    assert data["model"] == "small"
    assert len(data["linear"]["components"]) == 2
    assert [tint["id"] for tint in data["tints"]] == ["label", "none"]
    assert data["names"] == list("0123456789")


def test_a_picked_code_is_kept(app: Open, shipped: Path) -> None:
    """It is in the address, and is what another page begins with."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("map")
    data = given(page)
    seen = {"model": "small", "revision": data["revision"], "z": [0.5, 0, -1.25], "label": None}
    page.session_state[state.MAP] = {"seen": {**seen, "fields": {"at": "0.10,0.20,3.00"}}}
    page.run()
    assert page.query_params["z"] == "0:0.50,2:-1.25"
    assert page.query_params["at"] == "0.10,0.20,3.00"
    page.switch_page("../pages/explore.py").run()
    assert given(page)["z"] == [0.5, 0, -1.25]


def test_a_link_brings_the_view(app: Open, shipped: Path) -> None:
    """Method, dimensions, colour and image of the address are those of the element."""
    tiny.ship(shipped / "small", tiny.config())
    data = given(app("map", dims="3", colour="label", image="7", at="0.00,0.00,1.00,0.10,0.20"))
    assert len(data["linear"]["components"]) == 3
    assert data["fields"] == {"colour": "label", "image": "7", "at": "0.00,0.00,1.00,0.10,0.20"}


def test_tsne_begins_and_is_watched(app: Open, shipped: Path) -> None:
    """The points begin where PCA has them, and move when the process has moved them."""
    tiny.ship(shipped / "small", tiny.config())
    page = app("map", method="tsne")
    before = given(page)["places"]
    assert given(page)["linear"] is None
    assert {button.label for button in page.button} >= {"Pause", "Stop"}
    points = map_sources.points(*_of(page))
    job = MapJob.of(points.mu, [Settings(method="tsne")])
    assert job.path.is_dir()
    job.write_places(2 * points.mu[:, :2] + 1, 0)
    page.run()
    assert given(page)["places"] != before
    page.button(key="map pause").click().run()
    assert _wish(job) == "pause"
    page.button(key="map stop").click().run()
    assert _wish(job) == "stop"


def _wish(job: MapJob) -> str:
    return job.wish


def _of(page: AppTest) -> tuple[Any, Any]:
    from ui import cached  # noqa: PLC0415

    entry = cached.explorable().entries[given(page)["model"]]
    return entry, map_sources.of(entry)["held-out"]


@pytest.mark.parametrize(
    ("model", "spoil", "said"),
    [
        ("nan", lambda weights: weights.fill_(float("nan")), "not finite"),
        ("constant", lambda weights: weights.zero_(), "posterior collapse"),
    ],
)
def test_codes_that_are_no_map(
    app: Open, shipped: Path, model: str, spoil: Callable[[torch.Tensor], object], said: str
) -> None:
    """The page says what is wrong and what to do; no traceback."""
    settings = tiny.config()
    broken = tiny.state(settings)
    with torch.no_grad():
        for parameter in broken.model.parameters():
            spoil(parameter)
    tiny.ship(shipped / model, settings, broken)
    page = app("map")
    assert said in words(page)
    assert not page.get("bidi_component")


@pytest.mark.parametrize(
    ("method", "label", "options"),
    [("tsne", "Perplexity", ["3"]), ("umap", "Neighbours", ["11", "5"])],
)
def test_a_map_of_few_images(
    app: Open,
    shipped: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    label: str,
    options: list[str],
) -> None:
    """What can be chosen is what so few images allow, the largest to begin with; the map forms."""
    tiny.ship(shipped / "small", tiny.config())
    monkeypatch.setattr(map_sources, "FIRST", 12)
    page = app("map", method=method, images="held-out")
    assert not page.error, words(page)
    assert given(page)
    (box,) = [each for each in page.selectbox if each.label == label]
    assert (box.options, box.value) == (options, options[0])


def test_other_settings_of_few_images(
    app: Open, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small maps are as many as differ."""
    tiny.ship(shipped / "small", tiny.config())
    monkeypatch.setattr(map_sources, "FIRST", 12)
    page = app("map", images="held-out", below="others")
    assert not page.error, words(page)
    assert "Make 2 maps" in [button.label for button in page.button]


def test_a_model_without_an_encoder(app: Open, shipped: Path) -> None:
    """Weights that lack it are named, and what to do."""
    from safetensors.torch import load_file, save_file  # noqa: PLC0415

    folder = tiny.ship(shipped / "small", tiny.config())
    path = folder / "model.safetensors"
    tensors = {k: v for k, v in load_file(path).items() if not k.startswith("encoder")}
    from safetensors import safe_open  # noqa: PLC0415

    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    save_file(tensors, path, metadata)
    assert "encoder" in words(app("map"))


def test_a_shipped_map_needs_no_images(app: Open, shipped: Path) -> None:
    """Its points are drawn from the file, with t-SNE at once."""
    import hashlib  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    folder = tiny.ship(shipped / "small", tiny.config())
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    mu = np.random.default_rng(0).normal(size=(120, 3)).astype(np.float32)
    title = Settings(method="tsne").title
    Points(mu, note="Made up", source="gone test", weights=digest, maps={title: mu[:, :2]}).write(
        folder / "map.npz"
    )
    page = app("map", method="tsne")
    assert not page.error, words(page)
    assert given(page)["names"] == []
    assert not [button for button in page.button if button.label == "Stop"]
