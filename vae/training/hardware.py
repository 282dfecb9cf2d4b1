"""Where and in which precision a training computes."""

import contextlib
import os
from dataclasses import dataclass

import torch

from vae.config import TrainConfig
from vae.errors import DeviceError


@dataclass(frozen=True)
class Hardware:
    """A device, and the type that matrix products take on it."""

    device: torch.device
    dtype: torch.dtype

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """Matrix products in `dtype`; weights and sums stay float32."""
        if self.dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def __str__(self) -> str:
        """As in `cuda, bfloat16`."""
        return f"{self.device}, {str(self.dtype).removeprefix('torch.')}"


def choose(config: TrainConfig) -> Hardware:
    """The hardware that the settings name, or the best of this machine where they say `auto`.

    `auto` takes CUDA, then Apple's MPS, then the CPU; and bfloat16 where the processor multiplies
    it faster than float32, which is taken elsewhere.
    """
    device = _device(config.device)
    precision = config.precision
    if precision == "auto":
        precision = "bfloat16" if _has_bfloat16(device) else "float32"
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    # Denormal numbers, which Adam's moments sink to, are up to a hundred times slower on a CPU.
    torch.set_flush_denormal(True)
    return Hardware(device, dtype)


def _device(name: str) -> torch.device:
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": _has_mps()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if available[kind]))
    device = torch.device(name)
    known = available[device.type]
    if device.type == "cuda" and known:
        known = (device.index or 0) < torch.cuda.device_count()
    if not known:
        here = ", ".join(kind for kind in ("cuda", "mps", "cpu") if available[kind])
        raise DeviceError(f"This machine has no device '{name}'. Use one of: auto, {here}.")
    return device


def _has_bfloat16(device: torch.device) -> bool:
    """Whether products of bfloat16 are an instruction of the processor, not an emulation."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        able = torch.cpu.get_capabilities()
        return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    return False


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def leave_one_core() -> None:
    """Let torch use all cores but one, which the app keeps; one thread where there are two cores."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
