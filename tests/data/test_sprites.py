"""Rendered sprites: the order of the factors, and what a picture of them is."""

from collections.abc import Iterator
from hashlib import blake2b
from math import pi

import numpy as np
import pytest
import torch

from vae.config import DataConfig
from vae.data import Split, load
from vae.data.sprites import COUNT, SIZES, SpriteImages, factors_to_index, index_to_factors

SPRITES = SpriteImages()


def draw(*factors: list[int]) -> torch.Tensor:
    """The images with these factors, as booleans [n h w]."""
    return SPRITES.take(factors_to_index(torch.tensor(factors)))[:, 0] == 255


def test_index_and_factors_are_one_to_one() -> None:
    """Every index has its own factors, and they lead back to it."""
    index = torch.arange(COUNT)
    factors = index_to_factors(index)
    assert len(SPRITES) == COUNT == 737_280
    assert factors.amax(0).tolist() == [size - 1 for size in SIZES]
    assert torch.equal(factors_to_index(factors), index)


def test_order_is_that_of_dsprites() -> None:
    """Y changes fastest, then x, orientation, scale and shape: strides 1, 32, 1024, 40960, 245760."""
    assert factors_to_index(torch.eye(5, dtype=torch.int64)).tolist() == [
        245760,
        40960,
        1024,
        32,
        1,
    ]


def test_images_are_binary() -> None:
    """An image is 64 x 64 of 0 and 255."""
    images = SPRITES.take(torch.randint(COUNT, (64,)))
    assert images.shape == (64, 1, 64, 64)
    assert images.unique().tolist() == [0, 255]


def test_sprites_are_whole_everywhere() -> None:
    """At each corner of the positions a sprite has as many pixels as in the middle."""
    for x, y in ((0, 0), (0, 31), (31, 0), (31, 31)):
        for shape in range(3):
            whole, moved = (
                draw(*[[shape, 5, turn, *at] for turn in range(40)]).sum((1, 2))
                for at in ((16, 16), (x, y))
            )
            assert torch.equal(whole, moved)


def test_position_is_translation() -> None:
    """A step in x moves the picture one pixel to the right, one in y one pixel down."""
    here, right, down = draw([2, 5, 3, 10, 10], [2, 5, 3, 17, 10], [2, 5, 3, 10, 13])
    assert torch.equal(right, here.roll(7, dims=1))
    assert torch.equal(down, here.roll(3, dims=0))


def test_sizes_follow_the_scale() -> None:
    """The ellipse covers pi a b pixels, its half-axes a and b = a / 2 growing with the scale."""
    areas = draw(*[[1, scale, 0, 16, 16] for scale in range(6)]).sum((1, 2)).double()
    half_axis = 16.5 * torch.linspace(0.5, 1, 6, dtype=torch.float64)
    torch.testing.assert_close(areas, pi / 2 * half_axis.square(), rtol=0.07, atol=0)


def test_every_orientation_of_the_heart_differs() -> None:
    """The heart has no symmetry of rotation: 40 orientations are 40 pictures."""
    hearts = draw(*[[2, 0, turn, 16, 16] for turn in range(40)])
    assert len(hearts.flatten(1).unique(dim=0)) == 40


def test_symmetry_of_square_and_ellipse() -> None:
    """A quarter turn leaves the square as it is, half a turn the ellipse, a quarter does not."""
    square = draw([0, 3, 2, 16, 16], [0, 3, 12, 16, 16])
    ellipse = draw([1, 3, 2, 16, 16], [1, 3, 22, 16, 16], [1, 3, 12, 16, 16])
    assert torch.equal(square[0], square[1])
    assert torch.equal(ellipse[0], ellipse[1])
    assert not torch.equal(ellipse[0], ellipse[2])


def test_splits_share_no_sprite() -> None:
    """Training and test sprites together are all, each once, drawn once for all."""
    train, test = _numbers("train"), _numbers("test")
    assert len(test) == 10_000
    assert torch.equal(torch.cat([train, test]).sort().values, torch.arange(COUNT))
    assert test[:3].tolist() == [423853, 214787, 165477]


def test_splits_share_no_picture() -> None:
    """No test image has a pixel-equal twin among the training images."""
    train = {_digest(image) for image in _pixels(_numbers("train"))}
    test = {_digest(image) for image in _pixels(_numbers("test"))}
    assert not train & test


def _numbers(split: Split) -> torch.Tensor:
    images = load(DataConfig(name="sprites"), split).images
    assert isinstance(images, SpriteImages)
    return factors_to_index(images.factors(torch.arange(len(images))))


def _pixels(numbers: torch.Tensor) -> Iterator[np.ndarray]:
    """Images as rows of bits."""
    for some in numbers.split(8192):
        yield from np.packbits(SPRITES.take(some).flatten(1).numpy() > 0, axis=1)


def _digest(image: np.ndarray) -> bytes:
    return blake2b(image.tobytes(), digest_size=12).digest()


def test_labels_are_shapes() -> None:
    """The label of a sprite is its shape, in every split."""
    data = load(DataConfig(name="sprites", limit=50), "train")
    assert isinstance(data.images, SpriteImages)
    assert data.labels is not None
    assert torch.equal(data.labels, data.images.factors(torch.arange(50))[:, 0])


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_sprites_hold_no_image(device: str) -> None:
    """Moving all sprites to a device takes the canvases alone, under 7 MB."""
    moved = SPRITES.to(device)
    assert moved._canvases.device.type == device
    assert moved._canvases.nbytes < 7_000_000
