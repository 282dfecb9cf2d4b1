"""Points in the forms that other programs open: CSV, and TensorBoard's Embedding Projector."""

import csv
import math
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae.projection.points import Column, Points

SPRITE_SIDE = 8192
"""Pixels across and down that the Projector takes at most."""


def columns(points: Points) -> dict[str, Column]:
    """Every column of a table of points, by name: index, file, class, values, factors, maps, units."""
    found: dict[str, Column] = {"index": np.arange(len(points))}
    if points.files is not None:
        found["file"] = np.array([" ".join(name.split()) for name in points.files], np.str_)
    if points.labels is not None:
        known = points.classes
        names = [known[i] if i < len(known) else str(i) for i in points.labels.tolist()]
        found["class"] = np.array(names)
    found |= {**points.values, **points.factors}
    for title, places in points.maps.items():
        found |= {
            f"{title}-{axis}": places[:, i] for i, axis in enumerate("xyz"[: places.shape[1]])
        }
    return found | {f"z{unit}": points.mu[:, unit] for unit in range(points.mu.shape[1])}


def to_csv(points: Points) -> bytes:
    """A row an image, a line of names above."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    table = columns(points)
    writer.writerow(table)
    writer.writerows(zip(*(_written(column) for column in table.values()), strict=True))
    return out.getvalue().encode()


def to_projector(points: Points, pictures: npt.NDArray[np.uint8] | None) -> bytes:
    """A zip of tensors.tsv, metadata.tsv, sprite.png where there are pictures, and the settings.

    To be opened by `tensorboard --logdir` where it was unpacked, or on projector.tensorflow.org.
    """
    out = BytesIO()
    lines = ["embeddings {", '  tensor_path: "tensors.tsv"', '  metadata_path: "metadata.tsv"']
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tensors.tsv", "".join(_rows(points.mu)))
        archive.writestr("metadata.tsv", "".join(_metadata(points)))
        if pictures is not None and len(pictures) == len(points):
            sheet, side = _sprite(pictures)
            archive.writestr("sprite.png", sheet)
            lines += ["  sprite {", '    image_path: "sprite.png"']
            lines += [f"    single_image_dim: {side}"] * 2 + ["  }"]
        archive.writestr("projector_config.pbtxt", "\n".join([*lines, "}", ""]))
    return out.getvalue()


def _rows(array: Column) -> Iterator[str]:
    for row in array.tolist():
        yield "\t".join(f"{value:.5g}" for value in row) + "\n"


def _metadata(points: Points) -> Iterator[str]:
    """What is known of each image; the Projector wants no names above a single column."""
    table = columns(points.with_(maps={}, mu=points.mu[:, :0]))
    if len(table) > 1:
        yield "\t".join(table) + "\n"
    for row in zip(*(_written(column) for column in table.values()), strict=True):
        yield "\t".join(row) + "\n"


def _written(column: Column) -> list[str]:
    if column.dtype.kind == "f":  # as few digits as tell a float32 from its neighbours
        shortest = column.astype(np.float32).astype(str).tolist()
        return [text.removesuffix(".0") for text in shortest]
    return [str(value) for value in column.tolist()]


def _sprite(pictures: npt.NDArray[np.uint8]) -> tuple[bytes, int]:
    """Square pictures in a square sheet, row by row, as the Projector counts them."""
    count, channels, height, width = pictures.shape
    across = math.ceil(math.sqrt(count))
    side = min(max(height, width), SPRITE_SIDE // across)
    sheet = Image.new("RGB" if channels == 3 else "L", (across * side, across * side))
    for i, picture in enumerate(pictures):
        image = Image.fromarray(np.moveaxis(picture, 0, -1) if channels == 3 else picture[0])
        square = Image.new(image.mode, (max(height, width),) * 2)
        square.paste(image, ((max(height, width) - width) // 2, (max(height, width) - height) // 2))
        sheet.paste(square.resize((side, side)), (i % across * side, i // across * side))
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue(), side
