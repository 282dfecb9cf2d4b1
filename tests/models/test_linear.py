"""The linear layer in reduced precision: against torch's own, by autocast and in float64."""

import pytest
import torch
from torch import Tensor, nn

from vae.models.linear import Linear, full_precision

Gradients = list[Tensor]


def batch() -> tuple[Linear, Tensor, Tensor]:
    """A layer 40 -> 30, sixteen inputs, and gradients of its outputs."""
    torch.manual_seed(0)
    return Linear(40, 30), torch.randn(16, 40), torch.randn(16, 30)


def gradients(layer: nn.Linear, x: Tensor, grad: Tensor) -> tuple[Tensor, Gradients]:
    """Output under autocast, and the gradients of input, weight and bias."""
    x = x.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        out = layer(x)
    wanted = [x, *layer.parameters()]
    return out, list(torch.autograd.grad(out, wanted, grad.to(out.dtype)))


def test_gradients_are_autocasts_own() -> None:
    """Same output as torch's layer, bit for bit; the same gradients, in float32, to bfloat16's grain."""
    ours, x, grad = batch()
    theirs = nn.Linear(40, 30)
    theirs.load_state_dict(ours.state_dict())
    (out, found), (expected, wanted) = gradients(ours, x, grad), gradients(theirs, x, grad)
    assert out.dtype == torch.bfloat16
    assert torch.equal(out, expected)
    assert {g.dtype for g in found} == {torch.float32}
    for ours_, theirs_ in zip(found, wanted, strict=True):
        torch.testing.assert_close(ours_, theirs_, rtol=2**-7, atol=2**-7)


def test_gradients_are_near_the_exact_ones() -> None:
    """A relative error of a per cent at most, against float64."""
    layer, x, grad = batch()
    _, found = gradients(layer, x, grad)
    exact = [
        grad.double() @ layer.weight.double(),
        grad.double().T @ x.double(),
        grad.double().sum(0),
    ]
    for ours, truth in zip(found, exact, strict=True):
        assert (ours - truth).norm() / truth.norm() < 0.01


def test_weights_lie_as_the_optimiser_reads_them() -> None:
    """The weight's gradient is laid out as the weight is."""
    layer, x, grad = batch()
    _, (_, of_weight, _) = gradients(layer, x, grad)
    assert of_weight.stride() == layer.weight.stride()


def test_frozen_weights_have_no_gradient() -> None:
    """What needs no gradient gets none; the input's is as before."""
    layer, x, grad = batch()
    _, (of_x, *_) = gradients(layer, x, grad)
    layer.requires_grad_(False)
    x = x.requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        out = layer(x)
    out.backward(grad.to(out.dtype))
    assert layer.weight.grad is None
    assert x.grad is not None
    assert torch.equal(x.grad, of_x)


@pytest.mark.parametrize("shape", [(5, 40), (2, 5, 40)])
def test_without_autocast_it_is_torchs_layer(shape: tuple[int, ...]) -> None:
    """Bit for bit, whatever stands before the last dimension."""
    layer, x = batch()[0], torch.randn(shape)
    assert torch.equal(layer(x), nn.functional.linear(x, layer.weight, layer.bias))


def test_full_precision_within_reduced() -> None:
    """Sums over what a network inferred are not rounded to eight bits."""
    x = torch.rand(50, 4)
    with torch.autocast("cpu", torch.bfloat16), full_precision(x):
        found = x.T @ x
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), x.double().T @ x.double(), rtol=1e-6, atol=1e-6)
