"""Arrays, tensors and torch's datasets become data, or a sentence says what is needed."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import Dataset as TorchDataset
from torch.utils.data import TensorDataset

from vae import data
from vae.config import DataConfig, parse
from vae.data.dataset import TensorImages
from vae.errors import ConfigError, DataError

RAMP = np.linspace(0, 255, 3 * 20 * 20).round().reshape(3, 20, 20).astype(np.uint8)


def pixels(images: Any) -> NDArray[np.uint8]:
    """The bytes that are kept of images."""
    found = data.from_arrays(images)
    return found.images.take(torch.arange(len(found))).numpy()


@pytest.mark.parametrize(
    "images",
    [RAMP, RAMP[:, None], RAMP[..., None], RAMP / 255, torch.from_numpy(RAMP), RAMP.astype(int)],
    ids=["n h w", "n c h w", "n h w c", "fractions", "tensor", "whole numbers"],
)
def test_images_in_every_form(images: Any) -> None:
    """However images are given, the same bytes are kept of them."""
    np.testing.assert_array_equal(pixels(images), RAMP[:, None])


def test_black_and_white() -> None:
    """bool is black and white, and known to be so."""
    found = data.from_arrays(RAMP > 100)
    assert found.images.binary
    assert not data.from_arrays(RAMP).images.binary
    np.testing.assert_array_equal(pixels(RAMP > 100), 255 * (RAMP > 100)[:, None])


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (RAMP / 100, "fractions from 0 to 1"),
        (RAMP.astype(int) * 2, "from 0 to 510"),
        (RAMP[0], r"shape \(20, 20\)"),
        (np.ones((3, 20, 20), np.uint8), "black and white as bool"),
        (np.full((3, 20, 20), np.nan), "nan"),
        (np.zeros((3, 2, 20, 20)), r"shape \(3, 2, 20, 20\)"),
        (np.zeros((0, 20, 20)), "no image"),
    ],
)
def test_what_images_are_not(images: NDArray[Any], said: str) -> None:
    """Values of another scale, and shapes that mean nothing, are refused with what was found."""
    with pytest.raises(DataError, match=said):
        data.from_arrays(images)


def test_labels_have_names() -> None:
    """Labels are kept, with the names given or their numbers; more labels than names are refused."""
    named = data.from_arrays(RAMP, [0, 1, 0], classes=("cat", "dog"))
    assert named.labels is not None
    assert (named.labels.tolist(), named.classes) == ([0, 1, 0], ("cat", "dog"))
    assert data.from_arrays(RAMP, [0, 2, 0]).classes == ("0", "1", "2")
    with pytest.raises(DataError, match="go up to 2, but 2 classes"):
        data.from_arrays(RAMP, [0, 2, 0], classes=("cat", "dog"))
    with pytest.raises(DataError, match="give one each"):
        data.from_arrays(RAMP, [0, 1])
    with pytest.raises(DataError, match="whole numbers from 0 on"):
        data.from_arrays(RAMP, [0, -1, 1])


def test_a_torch_dataset() -> None:
    """Pairs of image and label, and images alone, as tensors or as pictures."""
    pairs = data.from_torch(TensorDataset(torch.from_numpy(RAMP / 255), torch.tensor([0, 1, 1])))
    assert pairs.labels is not None
    assert pairs.labels.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(pairs.images.take(torch.arange(3)).numpy(), RAMP[:, None])

    class Pictures(TorchDataset[Image.Image]):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, number: int) -> Image.Image:
            return Image.fromarray(RAMP[number])

    found = data.from_torch(Pictures())
    assert found.labels is None
    np.testing.assert_array_equal(found.images.take(torch.arange(3)).numpy(), RAMP[:, None])


def test_what_a_torch_dataset_is_not() -> None:
    """One without a length, and one of images of different shapes."""
    with pytest.raises(DataError, match="cannot be read by number"):
        data.from_torch(iter(RAMP))
    with pytest.raises(DataError, match="2 different shapes"):
        data.from_torch([RAMP[0], RAMP[0, :10]])


def test_bytes_alone_are_held() -> None:
    """Fractions in TensorImages would be divided by 255 once more: they are refused."""
    with pytest.raises(DataError, match="from_arrays"):
        TensorImages(torch.rand(3, 1, 20, 20))


def test_the_settings_of_own_images() -> None:
    """They have the images' shape and no place; nobody else can load the images."""
    assert DataConfig(name="own", image_shape=(1, 20, 20)).shape == (1, 20, 20)
    for wrong in ({"name": "own"}, {"name": "mnist", "image_shape": (1, 20, 20)}):
        with pytest.raises(ConfigError, match="image_shape"):
            parse(DataConfig, wrong)
    with pytest.raises(DataError, match="given by a program"):
        data.load(DataConfig(name="own", image_shape=(1, 20, 20)), "test")
