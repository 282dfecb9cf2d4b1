"""Images that a program has already: arrays, tensors, or a torch `Dataset`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from vae.data.dataset import Dataset, TensorImages, describe
from vae.errors import DataError

Array = npt.NDArray[Any] | Tensor


def from_arrays(
    images: Array, labels: Array | Sequence[int] | None = None, classes: Sequence[str] = ()
) -> Dataset:
    """Images [n h w], [n c h w] or [n h w c], and their labels [n], as data to train on.

    Whole numbers are from 0 to 255, fractions from 0 to 1 (kept as 256 shades), bool is black and
    white. `classes` names the labels; without them their numbers do.

    Raises:
        DataError: another shape or other values; says which.
    """
    pixels = _channels_first(_bytes(np.asarray(images)))
    found = None if labels is None else _numbers(np.asarray(labels), len(pixels))
    if found is not None and not classes:
        classes = [str(number) for number in range(int(found.max()) + 1)]
    if found is not None and int(found.max()) >= len(classes):
        raise DataError(
            f"The labels go up to {int(found.max())}, but {len(classes)} classes have names. "
            "Name them all."
        )
    binary = bool(((pixels == 0) | (pixels == 255)).all())
    held = TensorImages(torch.from_numpy(pixels), binary=binary)
    note = describe("Images of your own", len(pixels), "all")
    return Dataset("own", held, found, tuple(classes), note)


def from_torch(dataset: Any, classes: Sequence[str] = ()) -> Dataset:
    """A torch `Dataset` of images, or of pairs of image and label; each image is read once.

    An image is a picture of Pillow, an array or a tensor, as `from_arrays` takes many.

    Raises:
        DataError: no length, no images, or images of different shapes.
    """
    try:
        items = [dataset[number] for number in range(len(dataset))]
    except (TypeError, NotImplementedError) as error:
        raise DataError(
            f"{type(dataset).__name__} cannot be read by number ({error}). Give a Dataset with "
            "__len__ and __getitem__, or its images as one array to from_arrays."
        ) from None
    pairs = [item if isinstance(item, tuple | list) else (item, None) for item in items]
    images = [np.asarray(pair[0]) for pair in pairs]
    shapes = sorted({image.shape for image in images})
    if len(shapes) != 1:
        raise DataError(
            f"The images have {len(shapes)} different shapes, {shapes[:1]} and {shapes[-1:]} among "
            "them. Give at least one image, and all of one shape."
        )
    labels = [int(pair[1]) for pair in pairs if pair[1] is not None]
    return from_arrays(np.stack(images), labels or None, classes or getattr(dataset, "classes", ()))


def _bytes(images: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Values as bytes, whatever numbers say them."""
    if images.size == 0:
        raise DataError("There is no image. Give at least one.")
    kind, low, high = images.dtype.kind, images.min(), images.max()
    if kind == "b":
        return images.astype(np.uint8) * np.uint8(255)
    if kind == "f" and low >= 0 and high <= 1:
        return (255 * images).round().astype(np.uint8)
    if kind in "ui" and low >= 0 and (high == 0 or 1 < high <= 255):
        return images.astype(np.uint8)
    hint = "; give black and white as bool" if kind in "ui" and high == 1 else ""
    raise DataError(
        f"The values are {images.dtype} from {low:g} to {high:g}. Needed are whole numbers from 0 to "
        f"255, or fractions from 0 to 1{hint}."
    )


def _channels_first(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    shape = pixels.shape
    if pixels.ndim == 3:
        return pixels[:, None]
    if pixels.ndim == 4 and shape[1] in (1, 3):
        return pixels
    if pixels.ndim == 4 and shape[3] in (1, 3):
        return np.ascontiguousarray(np.moveaxis(pixels, 3, 1))
    raise DataError(
        f"The images have the shape {shape}. Needed is [n h w], or [n c h w] with 1 or 3 channels."
    )


def _numbers(labels: npt.NDArray[Any], count: int) -> Tensor:
    if labels.shape != (count,):
        raise DataError(f"{count:,} images, but labels of the shape {labels.shape}: give one each.")
    if labels.dtype.kind not in "uib" or labels.min() < 0:
        raise DataError(
            f"The labels are {labels.dtype} from {labels.min()}. Needed are whole numbers from 0 on."
        )
    return torch.from_numpy(labels.astype(np.int64))
