"""A recording does what the function does: against the function itself."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from tests.training import tiny
from vae.config import RunConfig
from vae.training import State
from vae.training.recording import record

SETTINGS: dict[str, RunConfig] = {
    **{name: tiny.config(model) for name, model in tiny.MODELS.items()},
    **{
        f"{number}-{objective.kind}": tiny.config(objective=objective)
        for number, objective in enumerate(tiny.OBJECTIVES)
    },
}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_recorded_step_is_the_step(settings: RunConfig, precision: str) -> None:
    """Loss and gradients of another batch, with other noise, bit for bit, of every kind of model."""
    train = settings.train.replace(precision=precision)
    state = State.new(settings.replace(train=train), tiny.dataset())
    both = (*state.model.parameters(), *state.objective.parameters())
    weights = [weight for weight in both if weight.requires_grad]

    def gradients(x: Tensor, y: Tensor | None = None) -> Sequence[Tensor]:
        terms = state.terms(x, y)
        return [terms.loss.detach(), *torch.autograd.grad(terms.loss, weights)]

    inputs = state.batches.next().tensors
    recorded = record(gradients, [torch.zeros_like(tensor) for tensor in inputs])
    before = state.noise.get_state()
    expected = gradients(*inputs)
    state.noise.set_state(before)
    with torch.no_grad():
        found = recorded.graph(*inputs, *(draw() for draw in recorded.draws), *recorded.outside)
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_weights_are_not_copied() -> None:
    """What is outside changes in place, and the recording sees it."""
    weight = torch.ones(3)
    recorded = record(lambda x: [x * weight], [torch.ones(3)])
    weight.fill_(2)
    assert recorded.graph(torch.full((3,), 5.0), *recorded.outside)[0].tolist() == [10, 10, 10]


def test_what_is_written_into_stays_so() -> None:
    """An operation in place counts for all that reads the tensor later."""

    def function(x: Tensor) -> list[Tensor]:
        sums = torch.zeros(2)
        sums[0].add_(x.sum())
        return [sums]

    recorded = record(function, [torch.ones(3)])
    assert recorded.graph(torch.full((3,), 2.0), *recorded.outside)[0].tolist() == [6, 0]


@pytest.mark.parametrize(
    "function",
    [lambda x: [x * float(x.sum())], lambda x: [x + torch.rand(3)]],
    ids=["reads a value", "noise without a generator"],
)
def test_what_would_be_another_each_time_is_refused(function: object) -> None:
    """A recording would repeat the first value for ever."""
    with pytest.raises(AssertionError):
        record(function, [torch.ones(3)])  # type: ignore[arg-type]
