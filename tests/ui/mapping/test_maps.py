"""What the page gives the map element."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.projection.made_up import groups
from tests.ui import tiny
from ui import cached, catalogue
from ui.catalogue import Entry
from ui.live import blobs
from ui.mapping import map_chart, map_pictures, map_places, map_sources
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.errors import ConfigError
from vae.projection import Settings


@pytest.fixture(autouse=True)
def no_memory() -> None:
    """Nothing is remembered from another test."""
    map_sources._points.clear()
    map_pictures._pictures.clear()
    cached._model.clear()


def entry(folder: Path, **model: object) -> Entry:
    """A shipped model that is found in a folder."""
    tiny.ship(folder / "shipped" / "small", tiny.config(model))
    return catalogue.look(folder / "shipped", folder / "runs").entries["small"]


def test_held_out_images(tmp_path: Path) -> None:
    """Codes, labels and pictures are of the same images, in their order."""
    model = entry(tmp_path)
    source = map_sources.of(model)["held-out"]
    points = map_sources.points(model, source)
    assert points.mu.shape == (500, 3)
    assert points.labels is not None
    assert points.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    pictures = map_pictures.of(model, source, points)
    assert pictures is not None
    assert pictures.shape == (500, 1, 28, 28)
    x = torch.from_numpy(pictures[:5]).float() / 255
    mu = cached.model(model).encode(x).mu.numpy()
    np.testing.assert_allclose(mu, points.mu[:5], atol=1e-5)


def test_a_shipped_map_is_of_its_weights(tmp_path: Path) -> None:
    """The file beside a model is used as long as it fits the weights, and comes first."""
    model = entry(tmp_path)
    found = map_sources.points(model, map_sources.of(model)["held-out"])
    place = model.folder / "map.npz"
    found.with_(weights="0" * 64).write(place)
    assert "shipped" not in map_sources.of(model)
    found.with_(weights=catalogue_digest(model)).write(place)
    assert next(iter(map_sources.of(model))) == "shipped"
    place.write_bytes(b"torn")
    assert "shipped" not in map_sources.of(model)


def catalogue_digest(model: Entry) -> str:
    """The SHA-256 of a model's weights."""
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(model.weights.read_bytes()).hexdigest()


def test_two_units_are_their_own_map(tmp_path: Path) -> None:
    """The map of a model with two units is its latent plane, exactly."""
    points = groups(units=2)
    np.testing.assert_array_equal(map_places.linear_places(points, Settings()), points.mu)
    way = map_places.linear(points, Settings())
    assert way == {"mean": [0, 0], "components": [[1, 0], [0, 1]]}


def test_the_browser_can_go_back_from_a_linear_map() -> None:
    """mean + place components is a code whose place that is; there is no such way from t-SNE."""
    points = groups(units=6)
    way = map_places.linear(points, Settings())
    assert way is not None
    places = map_places.linear_places(points, Settings())
    codes = places @ np.array(way["components"]) + way["mean"]
    again = (codes - way["mean"]) @ np.array(way["components"]).T
    np.testing.assert_allclose(again, places, atol=1e-5)
    assert map_places.linear(points, Settings(method="tsne")) is None


def test_places_are_known_by_their_content() -> None:
    """Equal places have one hash, moved ones another."""
    points = groups().mu[:, :2]
    digest = map_chart.digest_of(points)
    assert map_chart.digest_of(points.copy()) == digest
    assert map_chart.digest_of(points + 1) != digest
    assert blobs.find(digest) is not None


def test_pictures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many or too large ones are shrunk by averaging squares."""
    monkeypatch.setattr(map_pictures, "ATLAS_BYTES", 10 * 16)
    pixels = torch.zeros(10, 1, 8, 8, dtype=torch.uint8)
    pixels[:, :, 0, 0] = 200
    small = map_pictures.small(Dataset("x", TensorImages(pixels), None, (), ""))
    assert small.shape == (10, 1, 4, 4)
    assert small[0, 0, 0, 0] == 50


def test_what_can_be_coloured_by() -> None:
    """The class comes first, numbers have their unit."""
    points = groups().with_(factors={"scale": np.zeros(300)})
    assert [t["id"] for t in map_chart.tints(points)] == ["label", "kl", "scale", "none"]
    assert map_chart.tints(points)[1] == {"id": "kl", "title": "KL", "unit": "nats"}
    assert map_chart.tints(points.with_(labels=None))[0]["id"] == "kl"


def test_a_perplexity_that_is_too_large() -> None:
    """It is said before a process is started."""
    with pytest.raises(ConfigError, match="Perplexity 100 for 60 images"):
        map_places.find(groups(60), Settings(method="tsne", perplexity=100))
