"""Grids of pictures that a model makes up."""

from io import BytesIO
from pathlib import Path

import pytest
import torch
from PIL import Image

from vae import models
from vae.config import CvaeConfig, VaeConfig
from vae.jobs import samples


def test_the_same_model_gives_the_same_picture() -> None:
    """The codes are fixed, so that pictures of two epochs can be compared."""
    model = models.build(VaeConfig(latent_dim=2))
    assert torch.equal(samples.draw(model), samples.draw(model))


def test_drawing_disturbs_no_training() -> None:
    """The model trains on as before, with the same random numbers."""
    model = models.build(VaeConfig(latent_dim=2)).train()
    before = torch.get_rng_state()
    samples.draw(model)
    assert model.training
    assert torch.equal(torch.get_rng_state(), before)


def test_a_class_a_column() -> None:
    """A conditional model shows each class with the same codes down its column."""
    model = models.build(CvaeConfig(latent_dim=2, classes=5)).eval()
    grid = samples.draw(model)
    z = model.prior.sample(8, torch.Generator().manual_seed(0))
    third = model.decode(z, torch.full((8,), 3)).mean
    assert grid.shape == (8, 5, 1, 28, 28)
    torch.testing.assert_close(grid[:, 3], third)


@pytest.mark.parametrize("channels", [1, 3])
def test_png(channels: int) -> None:
    """Pixels are enlarged by a whole number, with a line between the pictures."""
    grid = torch.zeros(8, 8, channels, 28, 28)
    grid[0, 1] = 1
    picture = Image.open(BytesIO(samples.to_png(grid))).convert("L")
    assert picture.size == (8 * 56 + 7 * 2, 8 * 56 + 7 * 2)
    assert [picture.getpixel((x, 0)) for x in (55, 56, 57, 58, 113, 114)] == [
        *(0, 128, 128),
        *(255, 255, 128),
    ]


def test_pictures_are_bounded(tmp_path: Path) -> None:
    """Of a long run about a hundred remain, evenly spread, the first and latest among them."""
    for epoch in range(1, 1001):
        (tmp_path / f"epoch-{epoch:04d}.png").touch()
        samples.thin(tmp_path, epoch)
    kept = sorted(int(path.stem[6:]) for path in tmp_path.iterdir())
    assert len(kept) <= samples.KEEP + 2
    assert (kept[0], kept[1], kept[-1]) == (1, 16, 1000)
