"""A training's events as TensorBoard reads them."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tensorboardX import SummaryWriter

from vae.events import Epoch, Event, Step
from vae.files import AnyPath


def write_tensorboard(events: Iterable[Event], folder: AnyPath) -> Path:
    """Write an event file with every term in nats per image, by optimiser step; returns it.

    `train/...` are means between two steps, `held-out/...` and `kl/unit ...` belong to whole epochs.
    """
    with SummaryWriter(str(folder)) as writer:
        for event in events:
            for name, value in _scalars(event):
                writer.add_scalar(name, value, event.step)
    return next(Path(folder).glob("events.out.tfevents.*"))


def tensorboard_bytes(events: Iterable[Event]) -> bytes:
    """The event file's content."""
    folder = Path(tempfile.mkdtemp())
    try:
        return write_tensorboard(events, folder).read_bytes()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _scalars(event: Event) -> Iterable[tuple[str, float]]:
    match event:
        case Step():
            yield from ((f"train/{name}", value) for name, value in event.terms.items())
            yield "train/images per second", event.images_per_second
        case Epoch():
            yield from ((f"held-out/{name}", value) for name, value in event.held_out.items())
            yield from ((f"kl/unit {unit}", value) for unit, value in enumerate(event.kl_per_unit))
