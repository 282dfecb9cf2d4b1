"""Pictures of a folder or zip as data: which of them, decoded, with their classes."""

import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path, PurePosixPath

import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from vae.config import Shape
from vae.data.dataset import Dataset, Progress, Split, TensorImages
from vae.data.decode import MAY_BE_DEEP, SUFFIXES, bits_used, decode
from vae.data.folder.layout import Layout, understood, written
from vae.data.folder.places import Place, Reader, opened
from vae.data.folder.report import Report
from vae.errors import DataError

MAX_BYTES = 2 << 30
"""Of all images together, once scaled."""
MAX_READ = 64 << 30
"""Bytes of all files of pictures together."""
THREADS = 4
TEST_SHARE = 0.1


def load_folder(
    path: Path, split: Split, shape: Shape, progress: Progress | None = None
) -> Dataset:
    """The pictures under a folder or in a zip, centre-cropped and scaled to a shape.

    Folders called `train` and `test` (or `val`) are the parts of the data; without them a tenth is for
    testing, chosen by a digest of the name, so that it stays the same when pictures are added. Other
    sub-folders are the classes. The note says what was understood, and what was left out and why.
    Hidden files do not count, and nothing is unpacked to disk.

    Raises:
        DataError: no folder or zip, no picture in it, or more than the memory or the bounds allow.
    """
    with ExitStack() as stack:
        place = opened(path, stack)
        if not place.pictures:
            raise DataError(f"{path} holds no picture. Put some in, as {', '.join(SUFFIXES)}.")
        layout = understood(place.pictures)
        chosen = _choose(layout, split, path)
        bits = _bits(place)
        pixels, good = _decode_all(chosen, place.read, shape, bits, progress)
        if not good:
            raise DataError(
                f"{path}: none of the {len(chosen):,} pictures can be read. Check that they open elsewhere."
            )
        classes = _with_a_picture(layout, set(chosen), set(good), place.read, shape)
    labels = [layout.class_of[name] for name in good] if classes else []
    report = _report(place, layout, split, classes, chosen, good)
    number = {name: at for at, name in enumerate(classes)}
    return Dataset(
        "folder",
        TensorImages(pixels),
        torch.tensor([number[name] for name in labels]) if classes else None,
        classes,
        "; ".join(report.lines()),
        files=tuple(map(written, good)),
        lines=report.lines(),
    )


def _choose(layout: Layout, split: Split, path: Path) -> list[str]:
    """The names of a split: all as they are sorted, else in the order of their digests."""
    if split == "all":
        return list(layout.pictures)
    if layout.parts:
        return _mixed(layout.train if split == "train" else layout.test)
    if len(layout.mixed) < 2:
        raise DataError(
            f"{path} holds one picture; one to train on and one to test with are needed. Add some."
        )
    order = _mixed(layout.mixed)
    tests = max(1, round(TEST_SHARE * len(order)))
    return order[:tests] if split == "test" else order[tests:]


def _mixed(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: sha256(name.encode("utf-8", "surrogateescape")).digest())


def _with_a_picture(
    layout: Layout, chosen: set[str], good: set[str], read: Reader, shape: Shape
) -> tuple[str, ...]:
    """The classes of which some picture can be read, be it in the other part of the data."""
    found = {layout.class_of[name] for name in good if layout.class_of}
    for name in layout.pictures:
        if layout.class_of and name not in chosen and layout.class_of[name] not in found:
            data = read(name)
            if data is not None and decode(data, shape) is not None:
                found.add(layout.class_of[name])
    return tuple(name for name in layout.classes if name in found)


def _bits(place: Place) -> int | None:
    """How many bits a value takes in all pictures of more than eight alike; None where there are none."""
    deep = (name for name in place.pictures if PurePosixPath(name).suffix.lower() in MAY_BE_DEEP)
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(lambda name: bits_used(place.read(name) or b""), deep)
        return max((bits for bits in found if bits is not None), default=None)


def _decode_all(
    names: list[str], read: Reader, shape: Shape, bits: int | None, progress: Progress | None
) -> tuple[UInt8[Tensor, "n c h w"], list[str]]:
    """The pictures that can be read, and their names."""
    size = len(names) * torch.Size(shape).numel()
    if size > MAX_BYTES:
        raise DataError(
            f"{len(names):,} pictures at this size take {size / 2**30:.1f} GB of memory, "
            f"{MAX_BYTES >> 30} GB is the limit. Choose a smaller size, or fewer pictures."
        )
    pixels = torch.empty((len(names), *shape), dtype=torch.uint8)

    def place(number: int) -> tuple[bool, int]:
        data = read(names[number])
        image = None if data is None else decode(data, shape, bits)
        if image is not None:
            pixels[number] = torch.from_numpy(image.copy())
        return image is not None, len(data or b"")

    good, taken = [], 0
    with warnings.catch_warnings(), ThreadPoolExecutor(THREADS) as pool:
        warnings.simplefilter(
            "ignore", Image.DecompressionBombWarning
        )  # decode() has its own limit
        for number, (done, length) in enumerate(pool.map(place, range(len(names)))):
            good += [number] if done else []
            taken += length
            if taken > MAX_READ:
                pool.shutdown(wait=False, cancel_futures=True)
                raise DataError(
                    f"The files of the pictures have more than {MAX_READ >> 30} GB. Make them smaller, or "
                    "give fewer."
                )
            if progress:
                progress("pictures", number + 1, len(names))
    whole = pixels if len(good) == len(names) else pixels[torch.tensor(good, dtype=torch.int64)]
    return whole, [names[number] for number in good]


def _report(
    place: Place,
    layout: Layout,
    split: Split,
    classes: tuple[str, ...],
    chosen: list[str],
    good: list[str],
) -> Report:
    readable = set(good)
    counts = Counter(layout.class_of[name] for name in good if layout.class_of)
    return Report(
        title=place.title,
        split=split,
        count=len(good),
        classes={name: counts[name] for name in classes},
        parts=layout.parts,
        unlabelled=layout.unlabelled,
        lost=tuple(name for name in layout.classes if name not in classes),
        unreadable=tuple(sorted(written(name) for name in chosen if name not in readable)),
        beside=tuple(map(written, layout.beside)),
        others=place.others,
        outside=tuple(map(written, place.outside)),
        doubtful=place.doubtful,
    )
