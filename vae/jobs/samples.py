"""Pictures that a model makes up, drawn after each epoch from the same codes."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from vae.files import write_atomically
from vae.jobs.run import Run

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, UInt8
    from torch import Tensor

    from vae.models import Model

ROWS = COLUMNS = 8
MOST_CLASSES = 16
"""Columns of a conditional model's grid, one a class."""
KEEP = 100
"""About so many pictures are kept of a run; of a longer one, every second, fourth, ... epoch."""
SIDE = 512
"""Pixels that a grid should have at least across, where enlarging by whole numbers gives them."""
GAP = 2


def save(run: Run, model: "Model", epoch: int) -> None:
    """Write the grid of an epoch, and as `latest.png`; drop pictures that are too many."""
    png = to_png(draw(model))
    write_atomically(run.samples / f"epoch-{epoch:04d}.png", png)
    write_atomically(run.samples / "latest.png", png)
    thin(run.samples, epoch)


def draw(model: "Model") -> "Float[Tensor, 'rows columns c h w']":
    """Means of p(x|z) for fixed z of the prior; a conditional model shows a class a column."""
    import torch  # noqa: PLC0415 - jobs are imported before torch is

    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(0)
    training = model.training
    model.eval()
    with torch.no_grad():
        if model.classes:
            columns = min(model.classes, MOST_CLASSES)
            z = model.prior.sample(ROWS, generator).repeat_interleave(columns, 0)
            y = torch.arange(columns, device=device).repeat(ROWS)
            means = model.decode(z, y).mean
        else:
            columns = COLUMNS
            means = model.decode(model.prior.sample(ROWS * columns, generator)).mean
    model.train(training)
    grid: Tensor = means.float().cpu().unflatten(0, (ROWS, columns))
    return grid


def to_png(grid: "Float[Tensor, 'rows columns c h w']") -> bytes:
    """A grid as PNG, enlarged by a whole number, so that every pixel stays a square."""
    from PIL import Image  # noqa: PLC0415 - only the worker draws

    rows, columns, channels, height, width = grid.shape
    scale = max(1, SIDE // (columns * width))
    pixels: UInt8[np.ndarray, "rows columns h w c"] = (
        grid.nan_to_num(0).clamp(0, 1).mul(255).round().byte().permute(0, 1, 3, 4, 2).numpy()
    )
    size = (columns * (width * scale + GAP) - GAP, rows * (height * scale + GAP) - GAP)
    picture = Image.new("L" if channels == 1 else "RGB", size, 128 if channels == 1 else (128,) * 3)
    for row in range(rows):
        for column in range(columns):
            one = pixels[row, column]
            tile = Image.fromarray(one[:, :, 0] if channels == 1 else one)
            tile = tile.resize((width * scale, height * scale), Image.Resampling.NEAREST)
            picture.paste(tile, (column * (width * scale + GAP), row * (height * scale + GAP)))
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def thin(folder: Path, epoch: int) -> None:
    """Keep the first and the latest epoch, and in between those at even distances."""
    distance = 1
    while epoch / distance > KEEP:
        distance *= 2
    for path in folder.glob("epoch-*.png"):
        number = path.stem.removeprefix("epoch-")
        if number.isdecimal() and int(number) not in (1, epoch) and int(number) % distance:
            path.unlink(missing_ok=True)
