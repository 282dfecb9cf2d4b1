"""IDX files, the format of MNIST: a header of big-endian sizes, then bytes; plain or gzipped.

Layout: two zero bytes, the type (8 = unsigned byte), the number of axes, each axis as a 32-bit
integer, then the values, last axis fastest (LeCun, Cortes & Burges).
"""

import gzip
import zlib
from io import BufferedIOBase
from pathlib import Path

import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from vae.errors import DataError

UNSIGNED_BYTE = 8
MAX_ITEMS = 1_000_000
"""A header that promises more is taken for damaged."""
CHUNK = 1 << 20

Side = tuple[int, int]


def read_images(path: Path, side: Side = (28, 28)) -> UInt8[Tensor, "n 1 h w"]:
    """The images of a file, which must be of this height and width."""
    return _read(path, side).view(-1, 1, *side)


def read_labels(path: Path) -> Int[Tensor, " n"]:
    """The labels of a file."""
    return _read(path, ()).long()


def _read(path: Path, item: tuple[int, ...]) -> UInt8[Tensor, " n"]:
    """All bytes after the header of a file whose items have this shape."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            return _parse(path, gzip.GzipFile(fileobj=raw) if zipped else raw, item)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged ({error}). Fetch it again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def _parse(path: Path, file: BufferedIOBase, item: tuple[int, ...]) -> UInt8[Tensor, " n"]:
    axes = 1 + len(item)
    header = file.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes([0, 0, UNSIGNED_BYTE, axes]):
        raise DataError(
            f"{path} is not an IDX file of bytes with {axes} axes (it begins with "
            f"{header[:4].hex(' ') or 'nothing'}). Give the file as MNIST's authors publish it."
        )
    count, *found = (int.from_bytes(header[at : at + 4], "big") for at in range(4, len(header), 4))
    if tuple(found) != item:
        raise DataError(
            f"{path} holds images of {found[0]} x {found[1]} pixels, {item[0]} x {item[1]} are "
            "needed. Use data 'folder' for images of other sizes."
        )
    if not 0 < count <= MAX_ITEMS:
        raise DataError(
            f"{path} claims to hold {count:,} items; 1 to {MAX_ITEMS:,} are possible. Fetch it again."
        )
    return _values(path, file, count * torch.Size(item).numel())


def _values(path: Path, file: BufferedIOBase, size: int) -> UInt8[Tensor, " n"]:
    """Exactly `size` bytes: memory grows with what is there, not with what the header promises."""
    values = bytearray()
    while chunk := file.read(min(CHUNK, size + 1 - len(values))):
        values += chunk
    if len(values) != size:
        found = "more" if len(values) > size else f"only {len(values):,}"
        raise DataError(
            f"{path} is damaged: its header promises {size:,} values and it holds {found}. Fetch it again."
        )
    return torch.frombuffer(values, dtype=torch.uint8)
