"""A safetensors file from outside: what it holds is known, and bounded, before a number is read.

A header of 100 MB, or one that promises more than the file holds, is refused in our words; header and
tensors are of one open file, though a training may put another in its place meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import SEEK_END, BufferedReader
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vae.errors import CheckpointError
from vae.untrusted import open_regular, parse_json, shortened

MOST_HEADER = 2**20
"""Bytes of a header; the largest of ours has some thousands."""
MOST_TENSORS = 4096
MOST_AXES = 8
METADATA = "__metadata__"

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}
_PICKLES = (b"\x80", b"PK\x03\x04", b"\x1f\x8b")
"""First bytes of a pickle, of torch.save's zip, and of a compressed one."""

Array = npt.NDArray[Any]


class Stored(NamedTuple):
    """A tensor in a file."""

    dtype: str
    """As safetensors writes it, such as F16."""
    shape: tuple[int, ...]
    begin: int
    """Bytes from the header's end."""


class Container:
    """An open file whose header holds.

    Raises:
        ValueError: the file is cut off, or its header describes other bytes than there are.
    """

    def __init__(self, path: Path, file: BufferedReader) -> None:
        self.path = path
        self._file = file
        length = int.from_bytes(file.read(8), "little")
        size = file.seek(0, SEEK_END) - 8 - length
        if size < 0 or length > MOST_HEADER:
            raise ValueError(f"a header of {length:,} bytes")
        file.seek(8)
        header = _checked(parse_json(file.read(length)))
        self.start = 8 + length
        """Bytes before the first tensor."""
        self.metadata: Mapping[str, str] = header.pop(METADATA, {})
        self.described = header
        """The tensors, as the header describes them."""
        self.tensors = {name: _stored(name, described) for name, described in header.items()}
        _check_bytes(self.tensors.values(), size)

    def read(self, name: str) -> Array:
        """A tensor, as an array of its own."""
        tensor = self.tensors[name]
        array = np.empty(tensor.shape, _DTYPES[tensor.dtype])
        self._file.seek(self.start + tensor.begin)
        flat = memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
        if self._file.readinto(flat) != len(flat):
            raise CheckpointError(f"{self.path} was cut off while it was read. Try again.")
        return array


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """A file of tensors.

    Raises:
        CheckpointError: it cannot be read, is pickled or damaged, or is no safetensors file.
    """
    try:
        with open_regular(path) as file:
            yield _container(path, file)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror}).") from error


def _container(path: Path, file: BufferedReader) -> Container:
    try:
        return Container(path, file)
    except ValueError as error:
        # Only now: a file of ours may happen to begin with the same byte as a pickle.
        file.seek(0)
        if file.read(4).startswith(_PICKLES):
            raise CheckpointError(
                f"{path} is a pickled file: loading it could run code, so it is refused. "
                "Save its weights as safetensors where you trust them."
            ) from None
        raise CheckpointError(
            f"{path} is damaged or no safetensors file ({shortened(str(error), 120)}). "
            "Take another copy, or train again."
        ) from None


def _checked(header: object) -> dict[str, Any]:
    """The header, where it is an object of few enough tensors with texts beside them."""
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    if len(header) > MOST_TENSORS:
        raise ValueError(f"{len(header):,} tensors, at most {MOST_TENSORS:,} are read")
    metadata = header.get(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise ValueError("its metadata are no texts by name")
    return header


def _stored(name: str, described: object) -> Stored:
    """Where and what a tensor is; ValueError where that makes no sense."""
    quoted = shortened(name)
    try:
        dtype, shape, (begin, end) = (described[k] for k in ("dtype", "shape", "data_offsets"))  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"it does not say what {quoted} is") from None
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise ValueError(f"{quoted} is of type {shortened(str(dtype), 20)}, needed is F32 or F16")
    if not is_shape(shape) or not is_shape([begin, end]):
        raise ValueError(f"the shape of {quoted} makes no sense")
    if end - begin != prod(shape) * np.dtype(_DTYPES[dtype]).itemsize:
        raise ValueError(f"{quoted} has other bytes than its shape needs")
    return Stored(dtype, tuple(shape), begin)


def is_shape(shape: object) -> bool:
    """Whether these are the lengths of an array's axes."""
    if not isinstance(shape, list) or len(shape) > MOST_AXES:
        return False
    return all(type(n) is int and n >= 0 for n in shape) and prod(max(n, 1) for n in shape) < 2**60


def _check_bytes(tensors: Iterable[Stored], size: int) -> None:
    """ValueError where the tensors are not, one after the other, what the file holds."""
    end = 0
    for tensor in sorted(tensors, key=lambda each: each.begin):
        if tensor.begin != end:
            raise ValueError("its tensors overlap or leave gaps")
        end += prod(tensor.shape) * np.dtype(_DTYPES[tensor.dtype]).itemsize
    if end != size:
        raise ValueError(f"its tensors need {end:,} bytes, the file holds {size:,}")
