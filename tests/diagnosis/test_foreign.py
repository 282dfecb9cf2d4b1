"""A loss from elsewhere, against PyTorch's own reductions."""

from itertools import product

import pytest
import torch
from torch.nn import functional as F

from vae.diagnosis import WRITTEN, Foreign

N, PIXELS, UNITS = 6, 20, 4


@pytest.mark.parametrize("recon", ["bce", "mse"])
@pytest.mark.parametrize("reductions", list(product(["sum", "mean"], repeat=4)), ids="-".join)
def test_the_loss_is_ours_up_to_a_factor(recon: str, reductions: tuple[str, ...]) -> None:
    """Whatever is summed and averaged, recon + beta KL in nats per image has the same gradient."""
    over_pixels, recon_over_batch, over_units, kl_over_batch = reductions
    loss = Foreign(
        weight=0.7,
        recon=recon,  # type: ignore[arg-type]
        over_pixels=over_pixels,  # type: ignore[arg-type]
        recon_over_batch=recon_over_batch,  # type: ignore[arg-type]
        over_units=over_units,  # type: ignore[arg-type]
        kl_over_batch=kl_over_batch,  # type: ignore[arg-type]
        pixels=PIXELS,
        units=UNITS,
        batch=N,
        scale=0.3,
    )
    x = torch.rand(N, PIXELS, dtype=torch.float64)
    logits = torch.randn(N, PIXELS, dtype=torch.float64, requires_grad=True)
    mu = torch.randn(N, UNITS, dtype=torch.float64, requires_grad=True)
    per_pixel = (
        F.binary_cross_entropy_with_logits(logits, x, reduction="none")
        if recon == "bce"
        else (logits.sigmoid() - x).square()
    )
    per_unit = 0.5 * mu.square()
    theirs = _reduced(_reduced(per_pixel, 1, over_pixels), 0, recon_over_batch) + 0.7 * _reduced(
        _reduced(per_unit, 1, over_units), 0, kl_over_batch
    )
    nats = per_pixel if recon == "bce" else per_pixel / (2 * 0.3**2)
    ours = nats.sum(1).mean() + loss.beta * per_unit.sum(1).mean()
    of_theirs = torch.autograd.grad(theirs, (logits, mu), retain_graph=True)
    of_ours = torch.autograd.grad(ours, (logits, mu))
    for a, b in zip(of_theirs, of_ours, strict=True):
        torch.testing.assert_close(a, loss.recon_factor * b)


def _reduced(values: torch.Tensor, axis: int, how: str) -> torch.Tensor:
    return values.sum(axis) if how == "sum" else values.mean(axis)


def test_what_is_often_written() -> None:
    """Means over 784 pixels and 16 units make beta 49; summed units make 784; all summed is the ELBO."""
    betas = [loss.beta for loss in WRITTEN.values()]
    assert betas == pytest.approx([49, 784, 1, 0.00025 * 3 * 64 * 64])


def test_the_working_holds_the_numbers() -> None:
    """The formula is shown with what was put in and what comes out."""
    text = Foreign(weight=0.5, over_units="mean").working
    assert text == "beta = w · b / a = 0.5 · (1/16) / (1/784) = 24.5"
