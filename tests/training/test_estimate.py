"""What a training will take, told before it begins."""

import pytest

from tests.training import tiny
from vae.config import MlpConfig
from vae.errors import DeviceError
from vae.training import check_memory, measure


@pytest.mark.parametrize("kind", tiny.MODELS)
def test_every_model_can_be_measured(kind: str) -> None:
    """A few steps give a time, and the shapes a size."""
    found = measure(tiny.config(tiny.MODELS[kind]))
    assert 0 < found.seconds < 10
    assert found.memory > 0


def test_memory_is_that_of_weights_and_outputs() -> None:
    """Counted by hand: 64-8, 8-4, 2-8, 8-64 with biases four times, and what layers put out twice."""
    config = tiny.config()
    weights = 64 * 8 + 8 + 8 * 4 + 4 + 2 * 8 + 8 + 8 * 64 + 64
    # flatten, linear, activation, posterior, linear, activation, linear, unflatten
    outputs = 64 + 8 + 8 + 4 + 8 + 8 + 64 + 64
    assert check_memory(config) == 4 * (4 * weights + 2 * outputs * config.train.batch_size)


def test_what_does_not_fit_is_refused_with_the_numbers() -> None:
    """No memory is taken for it."""
    huge = tiny.config(tiny.VAE.replace(backbone=MlpConfig(hidden=(8192,) * 8)))
    huge = huge.replace(train=huge.train.replace(batch_size=65_536))
    with pytest.raises(DeviceError, match=r"needs about [\d,.]+ GB of memory, [\d,.]+ GB are free"):
        check_memory(huge)
