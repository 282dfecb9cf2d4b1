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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--out map.txt", "ends in .npz or .csv"),
        ("--out map.npz --method mds", "method"),
        ("--out map.npz --method tsne --limit 30", "from 1 to 9, or more images"),
    ],
)
def test_mistakes(call: Call, trained: Path, options: str, said: str) -> None:
    """They are one sentence, before anything is computed."""
    answer = call("project", trained, *options.split())
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
