"""Batches: an order that is drawn, left and taken up again, and pixels that are binarised."""

from math import sqrt

import pytest
import torch

from tests.data.made_up import dataset
from vae.config import DataConfig
from vae.data import Batch, Batches, Dataset, load
from vae.data.batches import Pixels
from vae.data.dataset import TensorImages
from vae.errors import DataError

PIXELS: tuple[Pixels, ...] = ("dynamic", "fixed", "grey")


def same(ours: Batch, theirs: Batch) -> bool:
    """Whether two batches are equal bit for bit."""
    assert ours.y is not None
    assert theirs.y is not None
    return torch.equal(ours.x, theirs.x) and torch.equal(ours.y, theirs.y)


def labels(batches: Batches, count: int) -> list[int]:
    """The labels of the next batches."""
    taken: list[int] = []
    for _ in range(count):
        y = batches.next().y
        assert y is not None
        taken += y.tolist()
    return taken


@pytest.mark.parametrize("pixels", PIXELS)
@pytest.mark.parametrize("before", [0, 2, 3, 4])
def test_batches_resume_bit_for_bit(pixels: Pixels, before: int) -> None:
    """Within an epoch, at its end and after it, a state goes on with the very same batches."""
    data = dataset(12, value=100)
    ours = Batches(data, batch_size=4, pixels=pixels, seed=1)
    for _ in range(before):
        ours.next()
    theirs = Batches(data, batch_size=4, pixels=pixels, seed=1)
    theirs.restore(ours.state())
    assert all(same(ours.next(), theirs.next()) for _ in range(7))
    assert (ours.epoch, ours.position) == (theirs.epoch, theirs.position)


def test_a_state_stays_as_it_was() -> None:
    """Going on does not change a state that was taken before."""
    batches = Batches(dataset(12), batch_size=4, pixels="dynamic", seed=1)
    state = batches.state()
    before = {name: value.clone() for name, value in state.items()}
    for _ in range(4):
        batches.next()
    assert all(torch.equal(state[name], before[name]) for name in before)


def test_every_epoch_is_a_permutation() -> None:
    """Each image comes once an epoch, in another order each time, with its own label."""
    batches = Batches(dataset(12), batch_size=4, pixels="grey", seed=0)
    first, second = labels(batches, 3), labels(batches, 3)
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second


def test_labels_belong_to_their_images() -> None:
    """Grey values are value / 255, and each image keeps its label."""
    batch = Batches(dataset(12), batch_size=12, pixels="grey", seed=0).next()
    assert batch.y is not None
    torch.testing.assert_close(batch.x[:, 0, 0, 0], batch.y / 255)


def test_epoch_and_position_count() -> None:
    """Position counts the batches of an epoch; the epoch turns with the first batch of the next."""
    batches = Batches(dataset(10), batch_size=4, pixels="grey", seed=0)
    seen = [(batches.next(), batches.epoch, batches.position)[1:] for _ in range(4)]
    assert batches.steps_per_epoch == 2
    assert seen == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_few_images_are_one_batch() -> None:
    """Where there are fewer images than a batch has, a batch is all of them."""
    batches = Batches(dataset(5), batch_size=128, pixels="grey", seed=0)
    assert sorted(labels(batches, 1)) == [0, 1, 2, 3, 4]


def test_no_image_is_told() -> None:
    """Data without images is an error, not an endless loop."""
    empty = Dataset(
        "nothing", TensorImages(torch.zeros(0, 1, 8, 8, dtype=torch.uint8)), None, (), ""
    )
    with pytest.raises(DataError, match="nothing holds no image"):
        Batches(empty, batch_size=4, pixels="grey", seed=0)


def test_other_data_is_told() -> None:
    """A state of other data or another batch size is refused with both."""
    state = Batches(dataset(12), batch_size=4, pixels="grey", seed=0).state()
    with pytest.raises(DataError, match="used 12 images in batches of 4, this one has 10"):
        Batches(dataset(10), batch_size=4, pixels="grey", seed=0).restore(state)


def test_seeds_give_other_orders() -> None:
    """The same seed gives the same batches, another seed others."""
    first, again, other = (
        labels(Batches(dataset(12), batch_size=4, pixels="grey", seed=seed), 3)
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("value", [0, 1, 77, 200, 254, 255])
def test_dynamic_pixels_average_to_grey(value: int) -> None:
    """A pixel of value v is white in v / 255 of the draws: never at 0, always at 255."""
    batches = Batches(dataset(64, side=64, value=value), batch_size=64, pixels="dynamic", seed=0)
    draws = torch.stack([batches.next().x for _ in range(4)])
    wanted = value / 255
    error = sqrt(wanted * (1 - wanted) / draws.numel())
    assert set(draws.unique().tolist()) <= {0.0, 1.0}
    assert abs(draws.double().mean().item() - wanted) <= 4 * error


def test_dynamic_pixels_are_drawn_anew() -> None:
    """The same images differ from one use to the next."""
    batches = Batches(dataset(4, value=128), batch_size=4, pixels="dynamic", seed=0)
    assert not torch.equal(batches.next().x, batches.next().x)


def test_dynamic_pixels_are_independent() -> None:
    """Neighbours and successive uses of a pixel do not correlate."""
    batches = Batches(dataset(64, side=64, value=128), batch_size=64, pixels="dynamic", seed=0)
    first, second = batches.next().x.flatten(), batches.next().x.flatten()
    series = torch.stack([first[:-8], first[1:-7], first[8:], second[:-8]])
    correlation = torch.corrcoef(series).fill_diagonal_(0)
    assert correlation.abs().max() < 4 / sqrt(series.shape[1])


def test_fixed_pixels_stay() -> None:
    """Binarised once: an image is the same in every epoch, whatever its place, and has grey's mean."""
    data = dataset(64, side=32, value=100)
    batches = Batches(data, batch_size=64, pixels="fixed", seed=3)
    epochs = []
    for _ in range(2):
        batch = batches.next()
        assert batch.y is not None
        epochs.append(batch.x[batch.y.argsort()])
    assert torch.equal(epochs[0], epochs[1])
    assert abs(epochs[0].mean().item() - 100 / 255) < 0.01


def test_fixed_pixels_follow_the_seed() -> None:
    """Another seed binarises otherwise."""
    first, second = (
        Batches(dataset(1, value=128), batch_size=1, pixels="fixed", seed=seed).next().x
        for seed in (1, 2)
    )
    assert not torch.equal(first, second)


@pytest.mark.parametrize("pixels", PIXELS)
def test_binary_images_are_left_alone(pixels: Pixels) -> None:
    """Sprites are 0 and 1 however pixels are taken."""
    data = load(DataConfig(name="sprites", limit=6), "train")
    batch = Batches(data, batch_size=6, pixels=pixels, seed=0).next()
    order = Batches(data, batch_size=6, pixels="grey", seed=0).next()
    assert torch.equal(batch.x, order.x)
    assert batch.x.unique().tolist() == [0.0, 1.0]


def test_images_without_labels_have_none() -> None:
    """A batch of data without labels has none."""
    data = Dataset("plain", dataset(4).images, None, (), "")
    assert Batches(data, batch_size=2, pixels="grey", seed=0).next().y is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("pixels", PIXELS)
def test_cuda_resumes_bit_for_bit(pixels: Pixels) -> None:
    """On CUDA too a state goes on with the same batches, and the order is that of the CPU."""
    data = dataset(12, value=100)
    ours, theirs = (
        Batches(data, batch_size=4, pixels=pixels, seed=1, device="cuda") for _ in range(2)
    )
    for _ in range(2):
        ours.next()
    theirs.restore(ours.state())
    assert all(same(ours.next(), theirs.next()) for _ in range(5))
