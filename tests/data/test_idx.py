"""IDX files: what is read, and what is refused with a reason."""

import gzip
import struct
from pathlib import Path

import pytest
import torch

from tests.data.made_up import idx
from vae.data.idx import read_images, read_labels
from vae.errors import DataError

PIXELS = torch.arange(2 * 28 * 28).view(2, 28, 28) % 256


def put(folder: Path, content: bytes) -> Path:
    """A file of this content."""
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_images_are_read_as_written(tmp_path: Path, pack: type[bytes]) -> None:
    """Plain or gzipped, the pixels come back as they were written."""
    images = read_images(put(tmp_path, pack(idx(PIXELS))))
    assert torch.equal(images, PIXELS.to(torch.uint8).unsqueeze(1))


def test_labels_are_read_as_written(tmp_path: Path) -> None:
    """Labels come back as they were written, as 64-bit integers."""
    labels = read_labels(put(tmp_path, idx(torch.tensor([7, 2, 1]))))
    assert labels.dtype == torch.int64
    assert labels.tolist() == [7, 2, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "not an IDX file"),
        (idx(torch.arange(9)), "not an IDX file"),
        (idx(PIXELS)[:2] + b"\x0d" + idx(PIXELS)[3:], "not an IDX file"),
        (idx(PIXELS)[:-1], "only 1,567"),
        (idx(PIXELS) + b"\0", "holds more"),
        (gzip.compress(idx(PIXELS))[:-20], "damaged"),
        (gzip.compress(idx(PIXELS))[:-8] + bytes(8), "damaged"),
        (b"\x1f\x8b" + bytes(30), "damaged"),
        (idx(torch.zeros(2, 32, 32)), "32 x 32 pixels, 28 x 28 are needed"),
        (struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 28, 28), "claims to hold 4,294,967,295"),
        (struct.pack(">HBB3I", 0, 8, 3, 0, 28, 28), "claims to hold 0"),
    ],
)
def test_damage_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    """Files that are foreign, cut, too long, of another size or lying are refused with the reason."""
    with pytest.raises(DataError, match=message):
        read_images(put(tmp_path, content))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that cannot be opened is an error with its name."""
    with pytest.raises(DataError, match=r"nowhere cannot be read"):
        read_images(tmp_path / "nowhere")
