"""`project`: codes and maps of a model in a file."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from vae.projection import Points


def test_a_file_of_points(call: Call, trained: Path, tmp_path: Path) -> None:
    """Codes, numbers and maps by name, of the images that were asked for."""
    out = tmp_path / "deep" / "map.npz"
    answer = call("project", trained, "--limit", 60, "--samples", 2, "--out", out)
    assert (answer.code, answer.err) == (0, "")
    points = Points.read(out)
    assert points.mu.shape == (60, 2)
    assert list(points.maps) == ["pca-2d"]
    assert list(points.values) == ["recon", "kl", "log_px"]
    assert points.source == "embedded test"
    assert len(points.weights) == 64


def test_a_table(call: Call, trained: Path, tmp_path: Path) -> None:
    """As CSV it has a row an image."""
    out = tmp_path / "map.csv"
    assert call("project", trained, "--limit", 20, "--dims", 3, "--out", out).code == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 20
    assert {"index", "class", "pca-3d-z", "z1"} <= rows[0].keys()


def test_few_images(call: Call, trained: Path, tmp_path: Path) -> None:
    """What was not asked for by name fits them, and a map is called what was computed."""
    out = tmp_path / "map.npz"
    options = ["--limit", 12, "--method", "tsne", "--method", "umap", "--out", out]
    answer = call("project", trained, *options)
    assert (answer.code, answer.err) == (0, "")
    assert list(Points.read(out).maps) == ["tsne-2d-p3-s0", "umap-2d-k11-d0.1-s0"]
    assert "the first 12 of them" in answer.out


def test_a_file_that_cannot_be_written(call: Call, trained: Path, tmp_path: Path) -> None:
    """A folder in its place, or none that could be made, is a sentence."""
    (tmp_path / "map.npz").mkdir()
    answer = call("project", trained, "--limit", 20, "--out", tmp_path / "map.npz")
    assert answer.code == 2
    assert "could not be written" in answer.err
    answer = call("project", trained, "--limit", 20, "--out", "/dev/null/map.npz")
    assert answer.code == 2
    assert "cannot be made" in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--out map.txt", "ends in .npz or .csv"),
        ("--out map.npz --method mds", "method"),
        ("--out map.npz --method umap --neighbours 15 --limit 12", "from 2 to 11, or more images"),
        ("--out map.npz --method tsne --limit 3", "t-SNE needs at least 4 images"),
        ("--out map.npz --perplexity 5", "--perplexity is for tsne"),
        ("--out map.npz --method tsne --neighbours 5", "--neighbours is for umap"),
        ("--out map.npz --min-dist 0.5", "--min-dist is for umap"),
        ("--out map.csv --small", "--small is for .npz files"),
        ("--out map.npz --data-dir x", "--data-dir: the data 'embedded' has no such setting"),
        ("--out map.npz --method tsne --perplexity 30 --limit 30", "from 1 to 9, or more images"),
    ],
)
def test_mistakes(
    call: Call,
    trained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
    said: str,
) -> None:
    """They are one sentence, before anything is computed; nothing is written."""
    monkeypatch.chdir(tmp_path)
    answer = call("project", trained, *options.split())
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert not list(tmp_path.glob("map.*"))
