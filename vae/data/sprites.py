"""Sprites with known factors, after dSprites (Matthey et al. 2017), rendered when they are asked for.

Five factors, last fastest: shape (square, ellipse, heart), scale (6, from 0.5 to 1), orientation
(40), x (32), y (32): 737,280 binary images of 64 x 64. Beside dSprites, which draws both ends of
[0, 2 pi] and so every shape twice at angle 0, the orientations here are 2 pi k / 40; and a step in
x or y moves a sprite by exactly one pixel, to the right or down.
"""

from functools import cache
from math import pi, prod, sqrt

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from vae.classes import CLASSES
from vae.data.dataset import Dataset, Split, describe

FACTORS = ("shape", "scale", "orientation", "x", "y")
SIZES = (3, 6, 40, 32, 32)
COUNT = prod(SIZES)
POSITIONS = SIZES[3] * SIZES[4]
SIDE = 64
TEST = 10_000
SPLIT_SEED = 0

CANVAS = SIDE + 31
"""Side of the canvas with a sprite in its middle; a window of 64 x 64 on it is an image."""
RADIUS = 16.5
"""No sprite reaches farther from the canvas's middle, so every window holds it whole."""
SCALES = tuple(0.5 + 0.1 * step for step in range(6))
ORIENTATIONS = tuple(2 * pi * step / 40 for step in range(40))


class SpriteImages:
    """All sprites, or those at given indices; holds 720 canvases (6.5 MB) and no image."""

    shape = (1, SIDE, SIDE)
    binary = True

    def __init__(
        self,
        index: Int[Tensor, " n"] | None = None,
        canvases: UInt8[Tensor, "m h w"] | None = None,
    ) -> None:
        self._index = index
        self._canvases = _canvases() if canvases is None else canvases
        self._windows = self._canvases.unfold(1, SIDE, 1).unfold(2, SIDE, 1)  # a view: [m y x h w]

    def __len__(self) -> int:
        """How many images there are."""
        return COUNT if self._index is None else len(self._index)

    def take(self, index: Int[Tensor, " n"]) -> UInt8[Tensor, "n 1 64 64"]:
        """The images at these indices, on the device of the images."""
        number = self._numbers(index)
        masks, position = number // POSITIONS, number % POSITIONS
        return self._windows[masks, 31 - position % 32, 31 - position // 32].unsqueeze(1)

    def factors(self, index: Int[Tensor, " n"]) -> Int[Tensor, "n 5"]:
        """The factors of the images at these indices, in the order of `FACTORS`."""
        return index_to_factors(self._numbers(index))

    def subset(self, index: Int[Tensor, " n"]) -> "SpriteImages":
        """The images at these indices, numbered anew from 0."""
        return SpriteImages(self._numbers(index), self._canvases)

    def to(self, device: torch.device | str) -> "SpriteImages":
        """The same images on a device."""
        index = None if self._index is None else self._index.to(device)
        return SpriteImages(index, self._canvases.to(device))

    def _numbers(self, index: Int[Tensor, " n"]) -> Int[Tensor, " n"]:
        """Each image's place among all sprites."""
        index = index.to(self._canvases.device)
        return index if self._index is None else self._index.index_select(0, index)


def load_sprites(split: Split) -> Dataset:
    """10,000 sprites to test with, drawn once for all, the others to train on; or all, in order.

    What is to be tested with was not trained on: sprites that are the same picture stay together.
    """
    if split == "all":
        images, index = SpriteImages(), torch.arange(COUNT)
    else:
        order = torch.randperm(COUNT, generator=torch.Generator().manual_seed(SPLIT_SEED))
        testing = _held_out(order)[order]
        index = order[testing] if split == "test" else order[~testing]
        images = SpriteImages(index)
    labels = index_to_factors(index)[:, 0].contiguous()
    return Dataset(
        "sprites", images, labels, CLASSES["sprites"], describe("Sprites", len(index), split)
    )


def first_alike() -> Int[Tensor, " n"]:
    """For each sprite the place among all of the first one that is the same picture.

    A square looks the same after a quarter turn and an ellipse after half a turn: of their 40
    orientations 10 and 20 can be told apart.
    """
    _, picture = _canvases().flatten(1).unique(dim=0, return_inverse=True)
    canvas = torch.arange(len(picture))
    first = canvas.new_full((len(picture),), len(picture)).scatter_reduce(
        0, picture, canvas, "amin"
    )
    place = torch.arange(COUNT)
    return first[picture][place // POSITIONS] * POSITIONS + place % POSITIONS


def _held_out(order: Int[Tensor, " n"]) -> Bool[Tensor, " n"]:
    """Whether each sprite is to be tested with: whole pictures in this order, `TEST` sprites in all."""
    alike = first_alike()
    count = alike.bincount(minlength=COUNT)[order]  # of sprites a picture; 0 for all but the first
    taken = count.cumsum(0) <= TEST
    missing = TEST - int(count[taken].sum())
    taken[(~taken & (count == 1)).nonzero()[:missing]] = True
    return torch.zeros(COUNT, dtype=torch.bool).index_fill(0, order[taken], True)[alike]


def index_to_factors(index: Int[Tensor, " n"]) -> Int[Tensor, "n 5"]:
    """The factors of sprites by their place among all, in the order of `FACTORS`.

    torch.unravel_index would load SymPy, which stays in the process with 30 MB.
    """
    return index.unsqueeze(1) // _strides(index.device) % torch.tensor(SIZES, device=index.device)


def factors_to_index(factors: Int[Tensor, "n 5"]) -> Int[Tensor, " n"]:
    """The place among all of the sprites with these factors."""
    return (factors * _strides(factors.device)).sum(1)


def _strides(device: torch.device) -> Int[Tensor, "5"]:
    """By how much the place of a sprite grows with each factor."""
    return torch.tensor([prod(SIZES[after:]) for after in range(1, 6)], device=device)


@cache
def _canvases() -> UInt8[Tensor, "720 95 95"]:
    """Every shape, scale and orientation in the middle of its canvas, 0 or 255."""
    scales = [_canvases_of(scale) for scale in SCALES]  # all at once would be 50 MB a term
    return torch.stack(scales, dim=1).flatten(0, 2).to(torch.uint8) * 255


def _canvases_of(scale: float) -> Bool[Tensor, "3 40 95 95"]:
    """Which pixels each shape covers at each orientation."""
    middle = torch.arange(CANVAS, dtype=torch.float64) + 0.5 - CANVAS / 2
    angle = torch.tensor(ORIENTATIONS, dtype=torch.float64).view(-1, 1, 1)
    across, down = middle.view(1, 1, -1), middle.view(1, -1, 1)
    right = (across * angle.cos() + down * angle.sin()) / (scale * RADIUS)
    up = (across * angle.sin() - down * angle.cos()) / (scale * RADIUS)
    return torch.stack([_square(right, up), _ellipse(right, up), _heart(right, up)])


Plane = Float[Tensor, "*grid"]


def _square(x: Plane, y: Plane) -> Bool[Tensor, "*grid"]:
    """Inside the square inscribed in the unit circle."""
    return torch.maximum(x.abs(), y.abs()) < sqrt(0.5)


def _ellipse(x: Plane, y: Plane) -> Bool[Tensor, "*grid"]:
    """Inside the ellipse of half-axes 1 and 1/2."""
    return x.square() + (2 * y).square() < 1


def _heart(x: Plane, y: Plane) -> Bool[Tensor, "*grid"]:
    """Inside (x^2 + y^2 - 1)^3 = x^2 y^3, shrunk and moved to lie in the unit circle."""
    x, y = 1.25 * x, 1.25 * y + 0.25
    return (x.square() + y.square() - 1).pow(3) < x.square() * y.pow(3)
