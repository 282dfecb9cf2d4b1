"""What was made of data is made anew once other data is there."""

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.data.made_up import write_set
from tests.ui import tiny
from ui import cached
from ui.catalogue import Entry
from ui.mapping import map_sources
from ui.reconstruct import measuring
from vae import places
from vae.config import DataConfig


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A model of MNIST, where MNIST is not yet on the machine."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("VAE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(places, "DEBIAN", tmp_path / "debian")
    config = tiny.config(data={"name": "mnist"})
    return Entry(
        "small", "small", tiny.ship(tmp_path / "small", config) / "model.safetensors", config
    )


def arrive(tmp_path: Path) -> None:
    """Put a set of 30 images to train on and 20 to test with where it is looked for."""
    write_set(tmp_path / "data" / "mnist")
    cached._data_version.clear()  # a look holds for two seconds


def test_held_out_pictures_follow_the_data(entry: Entry, tmp_path: Path) -> None:
    """Pictures to pick from and usual scores are the stand-in's until the data arrives, then its own."""
    assert len(measuring.held_out(entry).result().pixels) == 500
    assert len(measuring.usual(entry).result()) == 500
    arrive(tmp_path)
    assert len(measuring.held_out(entry).result().pixels) == 20
    assert len(measuring.usual(entry).result()) == 20


def test_maps_follow_the_data(entry: Entry, tmp_path: Path) -> None:
    """So do the images of a map and their codes."""
    source = map_sources.of(entry)["held-out"]
    assert map_sources.points(entry, source).source == "embedded test"
    arrive(tmp_path)
    found = map_sources.points(entry, source)
    assert (found.source, len(found)) == ("mnist test", 20)
    assert len(map_sources.dataset(entry.config.data, "train")) == 30


def test_the_note_on_the_data_follows_it(entry: Entry, tmp_path: Path) -> None:
    """The form says at once what a training would see."""
    assert "embedded" in cached.data_note("mnist", "").note
    arrive(tmp_path)
    assert "MNIST: 30 training images" in cached.data_note("mnist", "").note


def test_a_folder_has_versions(tmp_path: Path) -> None:
    """A picture that comes, goes or changes gives another one; a look alone does not."""
    config = DataConfig(name="folder", path=tmp_path / "mine")
    missing = places.version(config)
    (tmp_path / "mine" / "class").mkdir(parents=True)
    picture = tmp_path / "mine" / "class" / "a.png"
    seen = [missing, places.version(config)]
    for value in (0, 255):
        Image.new("L", (9, 9), value).save(picture)
        os.utime(picture, ns=(0, value))
        seen.append(places.version(config))
    assert places.version(config) == seen[-1]
    picture.rename(picture.with_name("b.png"))
    seen.append(places.version(config))
    assert len(set(seen)) == len(seen)


def test_a_look_is_bounded(tmp_path: Path) -> None:
    """A device or a place without end is told from its name alone, in no time."""
    assert places.version(DataConfig(name="folder", path=Path("/dev/zero")))
    assert places.version(DataConfig(name="embedded")) == ""
