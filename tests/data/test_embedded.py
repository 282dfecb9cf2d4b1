"""The digits that need no network."""

import pytest
import torch

from vae.config import DataConfig
from vae.data import Split, load


@pytest.mark.parametrize(("split", "each"), [("train", 450), ("test", 50), ("all", 500)])
def test_digits_are_equally_many(split: Split, each: int) -> None:
    """Every split has the same number of each digit, 28 x 28 in grey."""
    data = load(DataConfig(name="embedded"), split)
    assert data.shape == (1, 28, 28)
    assert data.labels is not None
    assert data.labels.bincount().tolist() == [each] * 10


def test_splits_make_up_the_whole() -> None:
    """Training and test images follow each other in the whole, so they share none."""
    train, test, whole = (
        load(DataConfig(name="embedded"), split).images for split in ("train", "test", "all")
    )
    parts = torch.cat([each.take(torch.arange(len(each))) for each in (train, test)])
    assert torch.equal(parts, whole.take(torch.arange(5000)))


def test_limited_digits_are_mixed() -> None:
    """The first hundred training images hold ten of each digit, and the note says so."""
    data = load(DataConfig(name="embedded", limit=100), "train")
    assert data.labels is not None
    assert data.labels.bincount().tolist() == [10] * 10
    assert data.note.endswith("4,500 training images; the first 100 of them")


def test_they_are_digits() -> None:
    """Labels and pixels belong together: the nearest class mean is right far more often than not."""
    train, test = (load(DataConfig(name="embedded"), split) for split in ("train", "test"))
    assert train.labels is not None
    assert test.labels is not None
    pixels = train.images.take(torch.arange(len(train))).flatten(1).double()
    means = torch.stack([pixels[train.labels == digit].mean(0) for digit in range(10)])
    unseen = test.images.take(torch.arange(len(test))).flatten(1).double()
    right = torch.cdist(unseen, means).argmin(1) == test.labels
    assert right.double().mean() > 0.75
