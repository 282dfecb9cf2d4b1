"""Files of points."""

from pathlib import Path

import numpy as np
import pytest

from tests.projection.made_up import groups
from vae.errors import DataError
from vae.projection import Points


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Codes, labels, values, factors and maps come back, to the three digits of float16."""
    points = groups().with_(
        maps={"pca-2d": np.ones((300, 2), np.float32)},
        factors={"scale": np.arange(300, dtype=np.uint8) % 6},
    )
    points.write(tmp_path / "map.npz")
    again = Points.read(tmp_path / "map.npz")
    np.testing.assert_allclose(again.mu, points.mu, rtol=1e-3)
    np.testing.assert_allclose(again.values["kl"], points.values["kl"], rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(again.labels, points.labels)
    np.testing.assert_array_equal(again.factors["scale"], points.factors["scale"])
    assert (again.classes, again.note, again.source) == (points.classes, points.note, points.source)
    assert list(again.maps) == ["pca-2d"]


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
