"""Files of points."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.projection.made_up import groups
from vae.errors import DataError
from vae.projection import Points
from vae.projection.formats import to_csv


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Codes, labels, values, factors and maps come back as they were."""
    points = groups().with_(
        maps={"pca-2d": np.full((300, 2), 1 / 3, np.float32)},
        factors={"scale": np.arange(300, dtype=np.uint8) % 6},
    )
    points.write(tmp_path / "map.npz")
    again = Points.read(tmp_path / "map.npz")
    np.testing.assert_array_equal(again.mu, points.mu)
    np.testing.assert_array_equal(again.values["kl"], points.values["kl"])
    np.testing.assert_array_equal(again.maps["pca-2d"], points.maps["pca-2d"])
    np.testing.assert_array_equal(again.labels, points.labels)
    np.testing.assert_array_equal(again.factors["scale"], points.factors["scale"])
    assert (again.classes, again.note, again.source) == (points.classes, points.note, points.source)
    assert list(again.maps) == ["pca-2d"]


@pytest.mark.parametrize("small", [False, True])
def test_large_nats_stay(tmp_path: Path, small: bool) -> None:
    """log p(x) beyond 65,504 nats, where float16 ends, is the same number in a file and in a table."""
    log_px = np.array([9776.1, 69757.3, -72597.8, 40001.5], np.float32)
    points = groups(4).with_(values={"log_px": log_px})
    points.write(tmp_path / "points.npz", small=small)
    np.testing.assert_array_equal(Points.read(tmp_path / "points.npz").values["log_px"], log_px)
    rows = csv.DictReader(StringIO(to_csv(points).decode()))
    assert [np.float32(row["log_px"]) for row in rows] == log_px.tolist()


def test_codes_too_large_for_a_small_file(tmp_path: Path) -> None:
    """A code beyond float16 is kept as it is, not cut off."""
    far = groups(4).with_(mu=np.full((4, 5), 1e6, np.float32))
    far.write(tmp_path / "far.npz", small=True)
    np.testing.assert_array_equal(Points.read(tmp_path / "far.npz").mu, far.mu)


def test_files_of_float16_are_read(tmp_path: Path) -> None:
    """Maps that were written with halves, as those that ship, are read as before."""
    about = {"classes": [], "note": "", "source": "", "weights": ""}
    arrays: dict[str, Any] = {"mu": np.full((3, 2), 0.5, np.float16)}
    arrays["value/kl"] = np.full(3, 7.5, np.float16)
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez_compressed(tmp_path / "old.npz", **arrays)
    found = Points.read(tmp_path / "old.npz")
    assert found.values["kl"].tolist() == [7.5] * 3
    assert found.mu.dtype == np.float32


def test_a_small_file(tmp_path: Path) -> None:
    """Means are as close as 1/128, log variances as 1/16."""
    points = groups().with_(logvar=np.linspace(-5, 0, 1500, dtype=np.float32).reshape(300, 5))
    points.write(tmp_path / "small.npz", small=True)
    again = Points.read(tmp_path / "small.npz")
    assert np.abs(again.mu - points.mu).max() <= 1 / 64
    assert again.logvar is not None
    assert np.abs(again.logvar - points.logvar).max() <= 1 / 16


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 torn"])
def test_a_damaged_file(tmp_path: Path, content: bytes) -> None:
    """It is named, and what to do."""
    path = tmp_path / "map.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"map\.npz is damaged.*Delete it"):
        Points.read(path)


def test_nothing_in_a_file_can_run_code(tmp_path: Path) -> None:
    """Pickled objects are refused."""
    path = tmp_path / "map.npz"
    np.savez(path, mu=np.array([{}], dtype=object), about=np.zeros(2, np.uint8))
    with pytest.raises(DataError, match="damaged"):
        Points.read(path)
