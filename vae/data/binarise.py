"""Grey pixels to black and white at random: a pixel of value v is white with probability v / 255."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor


def binarise(
    pixels: UInt8[Tensor, "n c h w"], generator: torch.Generator
) -> Float[Tensor, "n c h w"]:
    """One draw of binary images, each pixel 0 or 1, white with probability exactly value / 255."""
    white = torch.empty(pixels.shape, dtype=torch.float32, device=pixels.device)
    return torch.lt(_thresholds(pixels, generator), pixels, out=white)


def _thresholds(
    pixels: UInt8[Tensor, "n c h w"], generator: torch.Generator
) -> UInt8[Tensor, "n c h w"]:
    """Uniform integers from 0 to 254, one a pixel.

    On the CPU eight bytes come from one draw, which is six times as fast as a draw a byte. A byte
    of 255 is then drawn anew from 0 to 254, which leaves all 255 values equally likely.
    """
    if pixels.device.type != "cpu":
        return torch.empty_like(pixels).random_(0, 255, generator=generator)
    count = pixels.numel()
    words = torch.empty((count + 7) // 8, dtype=torch.int64)
    noise = words.random_(-(2**63), None, generator=generator).view(torch.uint8)[:count]
    again = torch.from_numpy(
        np.flatnonzero(noise.numpy() == 255)
    )  # torch's takes three times as long
    fresh = torch.randint(0, 255, again.shape, generator=generator, dtype=torch.uint8)
    return noise.index_copy_(0, again, fresh).view(pixels.shape)
