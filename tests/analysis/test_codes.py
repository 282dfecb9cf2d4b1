"""Going through the data in order, and encoding it."""

import pytest
import torch

from tests.training import tiny
from vae import models
from vae.analysis import encode
from vae.data import in_order
from vae.data.batches import Pixels
from vae.errors import DataError


def test_every_image_once_in_its_order() -> None:
    """The batches together are the data, labels too."""
    data = tiny.dataset(10)
    batches = list(in_order(data, batch_size=4, pixels="grey", seed=0, device="cpu"))
    assert [len(batch.x) for batch in batches] == [4, 4, 2]
    pixels = data.images.take(torch.arange(10)).float() / 255
    assert torch.equal(torch.cat([batch.x for batch in batches]), pixels)
    assert data.labels is not None
    assert torch.equal(torch.cat([b.y for b in batches if b.y is not None]), data.labels)


@pytest.mark.parametrize("pixels", ["dynamic", "fixed"])
def test_binary_pixels_depend_on_the_seed_alone(pixels: Pixels) -> None:
    """Two passes see the same pixels, whatever the size of a batch; another seed sees others."""

    def whole(batch_size: int, seed: int) -> torch.Tensor:
        batches = in_order(data, batch_size=batch_size, pixels=pixels, seed=seed, device="cpu")
        return torch.cat([batch.x for batch in batches])

    data = tiny.dataset(1003)
    first = whole(1000, seed=3)
    assert set(first.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(first, whole(7, seed=3))
    assert not torch.equal(first, whole(1000, seed=4))


@pytest.mark.parametrize("kind", tiny.MODELS)
def test_codes_are_the_models_own(kind: str) -> None:
    """Encoded in batches, an image has the code that the model gives it alone."""
    model, data = models.build(tiny.MODELS[kind]), tiny.dataset(11)
    codes = encode(model, data, batch_size=4)
    x = data.images.take(torch.tensor([6])).float() / 255
    posterior = model.encode(x, torch.tensor([0]) if model.classes else None)
    torch.testing.assert_close(codes.mu[6:7], posterior.mu)
    torch.testing.assert_close(codes.logvar[6:7], posterior.logvar)
    assert len(codes) == 11
    assert not codes.mu.requires_grad


def test_limit_takes_the_first() -> None:
    """Fewer images are the first ones, with their labels."""
    model, data = models.build(tiny.VAE), tiny.dataset(11)
    few, all_of_them = encode(model, data, limit=5), encode(model, data)
    torch.testing.assert_close(few.mu, all_of_them.mu[:5])
    assert few.labels is not None
    assert few.labels.tolist() == [0, 1, 2, 0, 1]


def test_data_of_another_shape() -> None:
    """Images that the model cannot take are refused, with both shapes."""
    with pytest.raises(DataError, match=r"\(1, 12, 12\).*\(1, 8, 8\)"):
        encode(models.build(tiny.VAE), tiny.dataset(shape=(1, 12, 12)))


def test_conditional_model_needs_labels() -> None:
    """A conditional model cannot encode images without labels."""
    with pytest.raises(DataError, match="no labels"):
        encode(models.build(tiny.MODELS["cvae"]), tiny.dataset(labels=False))


def test_conditional_model_knows_its_classes_only() -> None:
    """Nor images of a class that it does not know."""
    two = models.build(tiny.MODELS["cvae"].replace(classes=2))
    with pytest.raises(DataError, match="3 classes, the model knows 2"):
        encode(two, tiny.dataset())


def test_no_images() -> None:
    """An empty data set is an error, not a division by zero."""
    with pytest.raises(DataError, match="holds no image"):
        encode(models.build(tiny.VAE), tiny.dataset(0))
