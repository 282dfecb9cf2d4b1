"""A person's own pictures: a folder or a zip of them, with or without a sub-folder a class."""

import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from vae.config import Shape
from vae.data.dataset import Dataset, Progress, Split, TensorImages, describe
from vae.data.decode import MAX_FILE, SUFFIXES, decode
from vae.errors import DataError

MAX_BYTES = 2 << 30
"""Of all images together, once scaled."""
THREADS = 4
TEST_SHARE = 0.1

Reader = Callable[[str], bytes | None]
"""The content of the picture of this name; None where it is not fit to be read."""


def load_folder(
    path: Path, split: Split, shape: Shape, progress: Progress | None = None
) -> Dataset:
    """The pictures under a folder or in a zip, centre-cropped and scaled to a shape.

    Where all of them lie in sub-folders, those are the classes. A tenth is for testing, chosen by a
    digest of the name, so that it stays the same when pictures are added. Damaged, huge and hidden
    files are left out, links to folders are not followed, and nothing is unpacked to disk.
    """
    with ExitStack() as stack:
        names, read = _open(path.expanduser(), stack)
        if not names:
            raise DataError(f"{path} holds no picture. Put some in, as {', '.join(SUFFIXES)}.")
        classes = _Classes.of(names)
        chosen = _choose(names, split, path)
        pixels, good = _decode_all(chosen, read, shape, progress)
    if not good:
        raise DataError(
            f"{path}: none of the {len(chosen):,} pictures can be read. Check that they open elsewhere."
        )
    left_out = len(chosen) - len(good)
    return Dataset(
        "folder",
        TensorImages(pixels),
        classes.labels(good) if classes.names else None,
        classes.names,
        _note(path, len(good), left_out, split),
    )


@dataclass(frozen=True)
class _Classes:
    """Classes by the part of the name that stands `depth` folders down."""

    names: tuple[str, ...]
    depth: int

    @staticmethod
    def of(files: list[str]) -> "_Classes":
        """Classes of files that all lie in sub-folders; one that holds all is looked into."""
        parts = [PurePosixPath(name).parts[:-1] for name in files]
        for depth in range(min(len(each) for each in parts)):
            names = {each[depth] for each in parts}
            if len(names) > 1:
                return _Classes(tuple(sorted(names)), depth)
        return _Classes((), 0)

    def labels(self, files: list[str]) -> Tensor:
        """The class of each file as its place among the sorted names."""
        number = {name: place for place, name in enumerate(self.names)}
        return torch.tensor([number[PurePosixPath(name).parts[self.depth]] for name in files])


def _open(path: Path, stack: ExitStack) -> tuple[list[str], Reader]:
    """The sorted names of the pictures in a folder or zip, and how to read one."""
    if path.is_dir():
        return sorted(_walk(path)), lambda name: _read_file(path / name)
    if not path.exists():
        raise DataError(f"{path} does not exist. Give a folder or a zip of pictures.")
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(
            f"{path} is neither a folder nor a whole zip ({error}). Give one of the two."
        ) from None
    names = sorted({name for name in archive.namelist() if _wanted(name)})
    return names, lambda name: _read_entry(archive, name)


def _walk(root: Path) -> Iterator[str]:
    """Names of pictures under a folder, relative to it; links to folders are not followed."""
    for folder, below, files in os.walk(root):
        below[:] = [name for name in below if not _hidden(name)]
        for file in files:
            name = Path(folder, file).relative_to(root).as_posix()
            if _wanted(name):
                yield name


def _wanted(name: str) -> bool:
    """Whether a name is that of a visible picture inside the folder or zip."""
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not any(_hidden(part) for part in path.parts)


def _hidden(part: str) -> bool:
    """Hidden, put there by macOS, or leading out of the folder: `.name`, `__MACOSX`, `..`, `/`."""
    return part.startswith((".", "__MACOSX", "/"))


def _read_file(path: Path) -> bytes | None:
    try:
        status = path.stat()
        regular = stat.S_ISREG(status.st_mode)  # a pipe would be waited for without end
        return path.read_bytes() if regular and status.st_size <= MAX_FILE else None
    except OSError:
        return None


def _read_entry(archive: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        with archive.open(name) as entry:
            data = entry.read(MAX_FILE + 1)  # the size that the zip states may be a lie
    except Exception:  # damaged, encrypted, or packed in a way that is not known here
        return None
    return data if len(data) <= MAX_FILE else None


def _choose(names: list[str], split: Split, path: Path) -> list[str]:
    """The names of a split: all as they are sorted, else in the order of their digests."""
    if split == "all":
        return names
    if len(names) < 2:
        raise DataError(
            f"{path} holds one picture; one to train on and one to test with are needed. Add some."
        )
    order = sorted(names, key=lambda name: sha256(name.encode("utf-8", "surrogateescape")).digest())
    tests = max(1, round(TEST_SHARE * len(names)))
    return order[:tests] if split == "test" else order[tests:]


def _decode_all(
    names: list[str], read: Reader, shape: Shape, progress: Progress | None
) -> tuple[UInt8[Tensor, "n c h w"], list[str]]:
    """The pictures that can be read, and their names."""
    size = len(names) * torch.Size(shape).numel()
    if size > MAX_BYTES:
        raise DataError(
            f"{len(names):,} pictures at this size take {size / 2**30:.1f} GB of memory, "
            f"{MAX_BYTES >> 30} GB is the limit. Choose a smaller size, or fewer pictures."
        )
    pixels = torch.empty((len(names), *shape), dtype=torch.uint8)

    def place(number: int) -> bool:
        data = read(names[number])
        image = None if data is None else decode(data, shape)
        if image is not None:
            pixels[number] = torch.from_numpy(image.copy())
        return image is not None

    good = []
    with warnings.catch_warnings(), ThreadPoolExecutor(THREADS) as pool:
        warnings.simplefilter(
            "ignore", Image.DecompressionBombWarning
        )  # decode() has its own limit
        for number, done in enumerate(pool.map(place, range(len(names)))):
            good += [number] if done else []
            if progress:
                progress("pictures", number + 1, len(names))
    whole = pixels if len(good) == len(names) else pixels[torch.tensor(good, dtype=torch.int64)]
    return whole, [names[number] for number in good]


def _note(path: Path, count: int, left_out: int, split: Split) -> str:
    note = describe(path.resolve().name, count, split)
    if left_out == 0:
        return note
    return f"{note}; {left_out:,} unreadable file{'s' if left_out > 1 else ''} left out"
