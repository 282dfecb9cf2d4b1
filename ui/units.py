"""Latent units in the order in which they are shown: by layer, then by how much they carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from vae.config import LadderConfig, ModelConfig

UNUSED = 0.01
"""A unit with less KL than so many nats carries nothing."""


@dataclass(frozen=True)
class Layer:
    """The units of one latent layer."""

    name: str
    """Empty where there is only one layer."""
    used: tuple[int, ...]
    """Most KL first."""
    unused: tuple[int, ...]


def layers(model: ModelConfig, kl_per_unit: Sequence[float]) -> list[Layer]:
    """The layers of a model, the top one first; without known KL every unit counts as used."""
    dims = model.latent_dims if isinstance(model, LadderConfig) else (model.latent_dim,)
    starts = [sum(dims[:i]) for i in range(len(dims))]
    known = kl_per_unit if len(kl_per_unit) == model.latent_dim else ()
    return [
        _layer(_name(i, len(dims)), range(starts[i], starts[i] + dims[i]), known)
        for i in reversed(range(len(dims)))
    ]


def _layer(name: str, units: range, kl: Sequence[float]) -> Layer:
    if not kl:
        return Layer(name, tuple(units), ())
    ranked = sorted(units, key=lambda unit: -kl[unit])
    used = tuple(unit for unit in ranked if kl[unit] >= UNUSED)
    return Layer(name, used, tuple(unit for unit in ranked if kl[unit] < UNUSED))


def _name(index: int, count: int) -> str:
    if count == 1:
        return ""
    places = {0: ", next to the picture", count - 1: ", the top"}
    return f"Layer {index + 1}{places.get(index, '')}"


def label(unit: int, kl_per_unit: Sequence[float]) -> str:
    """A unit's number and, where it is known, its KL as a number and a bar, in HTML."""
    if not kl_per_unit:
        return f'<div class="unit"><b>unit {unit}</b></div>'
    kl = kl_per_unit[unit]
    share = min(1.0, max(0.0, kl / max(*kl_per_unit, UNUSED)))
    return (
        f'<div class="unit"><b>unit {unit}</b><small>{kl:.2f} nats</small>'
        f'<i style="width:{100 * share:.0f}%"></i></div>'
    )
