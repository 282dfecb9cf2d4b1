"""On whatever device a model is, all that it computes is there, by stand-ins for a GPU's tensors.

torch's fake tensors know shape, type and device, and refuse to meet those of another device; but
they need a GPU to find gradients. Those are found on `meta`, whose tensors are as empty: there
reading a value, which would make a GPU wait, is an error as well.
"""

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from tests.training import tiny
from tests.training.test_recording import SETTINGS
from vae import models, objectives
from vae.config import RunConfig

of_each_kind = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)


@of_each_kind
def test_nothing_is_left_on_the_cpu(settings: RunConfig) -> None:
    """Neither terms of the loss, nor codes and pictures that are drawn."""
    with FakeTensorMode(), torch.no_grad():
        with torch.device("cuda"):
            model = models.build(settings.model)
            objective = objectives.build(settings.objective, model)
            x = torch.rand(8, *tiny.SHAPE)
            y = torch.zeros(8, dtype=torch.long)
        terms = objective(model, x, y, 0, None)
        z = model.prior.sample(8)
        pixels = model.decode(z, y if model.classes else None)
        found = [terms.loss, *terms.parts.values(), z, pixels.mean, pixels.sample()]
    assert {tensor.device.type for tensor in found} == {"cuda"}


@of_each_kind
def test_gradients_are_found_on_the_device(settings: RunConfig) -> None:
    """Of every weight, and nothing is read meanwhile."""
    with torch.device("meta"):
        model = models.build(settings.model)
        objective = objectives.build(settings.objective, model)
        x = torch.rand(8, *tiny.SHAPE)
        y = torch.zeros(8, dtype=torch.long)
    objective(model, x, y, 0, None).loss.backward()
    weights = [*model.parameters(), *objective.parameters()]
    for weight in weights:
        if weight.requires_grad:
            assert weight.grad is not None
            assert weight.grad.device.type == "meta"
