"""The timeline element: a training as it goes on, or to go back and forth in."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from ui import naming, palette
from ui.live import blobs
from ui.live.arrays import pack
from ui.live.bundle import script, text
from ui.live.element import element
from ui.train.history import Point
from ui.train.timeline import Timeline
from vae.config import ModelConfig
from vae.export import timeline
from vae.export.layers import build, read_weights
from vae.export.timeline import HeldOut, Moment

_element = element(
    "latent_timeline",
    html=text("timeline/timeline.html"),
    css=text("base/live.css", "timeline/timeline.css"),
    js=script("timeline/timeline.js"),
)


def show(seen: Timeline, *, key: str) -> int | None:
    """Draw a training; gives back the step at which a hand has stopped it, None for the newest."""
    held_out = seen.held_out
    names = held_out.classes or tuple(str(label) for label in sorted({*held_out.labels} - {-1}))
    data = {
        "key": seen.key,
        "live": seen.live,
        "dim": seen.config.model.latent_dim,
        "conditional": len(naming.class_names(seen.config)),
        "names": names,
        "palette": palette.CLASSES,
        "labels": held_out.labels,
        "pictures": _pictures(seen.moments[0], held_out),
        "moments": [_described(moment, seen.config.model) for moment in seen.moments],
        "curves": [_curve(seen, term, name) for term, name in seen.terms.items()],
        "turns": [[turn.epoch, naming.change(turn.change)] for turn in seen.history.turns()],
    }
    result = _element(key=key, data=data, default={"moment": None})
    moment = result.moment
    of_this = isinstance(moment, Sequence) and len(moment) == 2 and moment[0] == seen.key
    return int(moment[1]) if of_this and isinstance(moment[1], int) else None


def _described(moment: Moment, config: ModelConfig) -> list[Any]:
    """What the browser fetches, step, epoch and held-out reconstruction."""
    name = blobs.promised((moment.path, moment.version), partial(_content, moment, config))
    return [name, moment.step, round(moment.epoch, 3), round(moment.recon, 2)]


def _content(moment: Moment, config: ModelConfig) -> bytes:
    """The decoder at a moment, codes, and nats per unit."""
    part = build("decoder", config, read_weights(moment.path), half=True)
    found = timeline.codes(moment.path)
    kl = np.array(moment.kl_per_unit, np.float32)
    return pack({"decoder": np.frombuffer(part.blob, np.uint8), "kl": kl, **found})


def _pictures(first: Moment, held_out: HeldOut) -> str:
    """The held-out pictures, by the hash of their bytes."""
    key = (first.path.parent, "pictures", held_out.pictures.tobytes())
    return blobs.digest(key, lambda: pack({"pictures": held_out.pictures}))


def _curve(seen: Timeline, term: str, name: str) -> dict[str, Any]:
    history = seen.history
    return {
        "name": name,
        "training": _points(history.training(term)),
        "heldOut": _points(history.held_out(term)),
    }


def _points(points: Sequence[Point]) -> list[list[float]]:
    return [[round(point.epoch, 3), round(point.nats, 2)] for point in points]
