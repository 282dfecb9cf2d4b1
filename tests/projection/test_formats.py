"""Files that other programs open."""

import csv
import zipfile
from io import BytesIO, StringIO

import numpy as np
from PIL import Image

from tests.projection.made_up import groups
from vae.projection.formats import to_csv, to_projector


def test_csv() -> None:
    """A row an image, with its class by name, its place and its code."""
    points = groups(12, units=2).with_(maps={"pca-2d": np.arange(24.0).reshape(12, 2)})
    rows = list(csv.DictReader(StringIO(to_csv(points).decode())))
    assert len(rows) == 12
    assert list(rows[0]) == ["index", "class", "kl", "pca-2d-x", "pca-2d-y", "z0", "z1"]
    assert [row["class"] for row in rows[:4]] == ["a", "b", "c", "a"]
    assert (rows[3]["pca-2d-x"], rows[3]["pca-2d-y"]) == ("6", "7")
    assert np.float32(rows[3]["z1"]) == points.mu[3, 1]


def test_projector_files() -> None:
    """Codes and metadata have a row an image; picture i of the sheet is where the Projector looks."""
    points = groups(10, units=4)
    pictures = np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 6, 4), np.uint8)
    with zipfile.ZipFile(BytesIO(to_projector(points, pictures))) as archive:
        tensors = np.loadtxt(archive.open("tensors.tsv"), delimiter="\t")
        metadata = archive.read("metadata.tsv").decode().splitlines()
        settings = archive.read("projector_config.pbtxt").decode()
        sheet = np.asarray(Image.open(archive.open("sprite.png")))
    np.testing.assert_allclose(tensors, points.mu, rtol=1e-3)
    assert metadata[0].split("\t") == ["index", "class", "kl"]
    assert len(metadata) == 11
    assert "single_image_dim: 6" in settings
    assert sheet.shape == (24, 24)
    assert (sheet[6 + 2, 6 + 2], sheet[12 + 2, 6 + 2]) == (5, 9)


def test_projector_without_pictures() -> None:
    """Only what there is is named."""
    with zipfile.ZipFile(BytesIO(to_projector(groups(10), None))) as archive:
        assert "sprite" not in archive.read("projector_config.pbtxt").decode()
        assert "sprite.png" not in archive.namelist()


def test_files_are_a_column_everywhere() -> None:
    """Points of a folder say which file each is: in CSV, in NPZ after a round, and in the metadata."""
    names = ("a/1.png", "a/2.png", "b\t/Größe.png")
    points = groups(3, units=2).with_(files=names)
    rows = list(csv.DictReader(StringIO(to_csv(points).decode())))
    assert [row["file"] for row in rows] == ["a/1.png", "a/2.png", "b /Größe.png"]
    with np.load(BytesIO(points.npz())) as file:
        assert tuple(file["file"].tolist()) == names
    with zipfile.ZipFile(BytesIO(to_projector(points, None))) as archive:
        metadata = archive.read("metadata.tsv").decode().splitlines()
    assert metadata[0].split("\t")[:2] == ["index", "file"]
    assert metadata[2].split("\t")[1] == "a/2.png"
