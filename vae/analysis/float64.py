"""Sums that many images enter, in float64."""

from torch import Tensor


def in_float64(values: Tensor) -> Tensor:
    """The same values in float64; on the CPU where the device, as Apple's, has no such type."""
    return (values.cpu() if values.device.type == "mps" else values).double()
