"""The linear layer of all backbones: torch's own, but for its way back in reduced precision."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


def full_precision(like: Tensor) -> AbstractContextManager[object]:
    """Where networks compute in a shorter type: what follows takes the type of its tensors."""
    device = like.device.type
    known = torch.amp.is_autocast_available(device)
    return torch.autocast(device, enabled=False) if known else nullcontext()


class Linear(nn.Linear):
    """`nn.Linear`; under autocast its gradients take the straight way to float32.

    autocast itself leaves the weight's gradient transposed, and turns it twice, number by number,
    before the optimiser can read it: on a CPU that took a third of a whole step.
    """

    def forward(self, input: Float[Tensor, "*n i"]) -> Float[Tensor, "*n o"]:
        """x W^T + b, in autocast's type where that is on."""
        if input.ndim != 2 or (dtype := _reduced_dtype(input.device.type)) is None:
            return super().forward(input)
        out: Tensor = _Reduced.apply(input, self.weight, self.bias, dtype)
        return out


def _reduced_dtype(device: str) -> torch.dtype | None:
    """autocast's type on a kind of device; None where it is off, or unknown (as to `meta`)."""
    if not torch.amp.is_autocast_available(device) or not torch.is_autocast_enabled(device):
        return None
    return torch.get_autocast_dtype(device)


class _Reduced(torch.autograd.Function):
    """x W^T + b with both products of the way back taken in `dtype`, and float32 gradients."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, dtype: torch.dtype
    ) -> Tensor:
        ctx.input_dtype = x.dtype
        x, weight = x.to(dtype), weight.to(dtype)
        ctx.save_for_backward(x, weight)
        return F.linear(x, weight, None if bias is None else bias.to(dtype))

    @staticmethod
    def backward(
        ctx: Any, grad: Tensor
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        x, weight = ctx.saved_tensors
        of_x, of_weight, of_bias, _ = ctx.needs_input_grad
        return (
            torch.mm(grad, weight).to(ctx.input_dtype) if of_x else None,
            torch.mm(grad.t(), x).float() if of_weight else None,
            grad.sum(0, dtype=torch.float32) if of_bias else None,
            None,
        )
