"""Datasets: parts of them stay what they are."""

import torch

from tests.data.made_up import dataset
from vae.data import Images
from vae.data.sprites import SpriteImages


def test_a_subset_keeps_labels_with_images() -> None:
    """Images and labels at the same indices."""
    part = dataset(10).subset(torch.tensor([7, 2]))
    assert part.labels is not None
    assert part.labels.tolist() == part.images.take(torch.arange(2))[:, 0, 0, 0].tolist() == [7, 2]


def test_the_first_are_counted_in_the_note() -> None:
    """A shortened dataset says so; one that is not stays itself."""
    data = dataset(10)
    assert data.first(3).note == "Made up; the first 3 of them"
    assert data.first(10) is data


def test_a_subset_of_sprites_renders_the_same() -> None:
    """A subset of a subset of rendered images is counted from its own start."""
    whole = SpriteImages()
    part = whole.subset(torch.tensor([5, 700_000, 9])).subset(torch.tensor([1, 2]))
    assert torch.equal(part.take(torch.tensor([1, 0])), whole.take(torch.tensor([9, 700_000])))


def test_both_kinds_are_images() -> None:
    """Tensors and sprites fulfil the protocol."""
    assert isinstance(dataset().images, Images)
    assert isinstance(SpriteImages(), Images)
