"""What each factor does to a sprite, beside what the unit does that captures it most."""

import html
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import cached, pictures
from ui.catalogue import Entry
from ui.disentangle.score_tables import wide

if TYPE_CHECKING:
    from vae.models import Model

STEPS = 7
UNIT_REACH = 2.0
"""How far a unit is moved to either side, in deviations of the prior."""
MIDDLE = {"shape": 2, "scale": 3, "orientation": 6, "x": 16, "y": 16}
"""The sprite that everything starts from: a heart in the middle, turned a little."""

Strips = tuple[bytes, ...]
"""PNG files, one a factor."""

_beside = ThreadPoolExecutor(1, "strips")


def table(entry: Entry, factors: Sequence[str], best: Sequence[int]) -> "Future[str]":
    """A row a factor: true sprites as it grows, and the model's pictures as its unit grows.

    In HTML, as soon as it is there: torch draws it beside the page.
    """
    return _table(entry.weights, entry.version, tuple(factors), tuple(best), entry)


@st.cache_resource(max_entries=32, show_spinner=False)
def _table(
    weights: Path, version: str, factors: tuple[str, ...], best: tuple[int, ...], _entry: Entry
) -> "Future[str]":
    return _beside.submit(_draw, _entry, factors, best)


def _draw(entry: Entry, factors: tuple[str, ...], best: tuple[int, ...]) -> str:
    model = cached.read_model(entry.weights)
    from vae.analysis.attainable import attainable  # noqa: PLC0415 - imports torch

    told = attainable()
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{_image(true, f"Sprites as {name} grows")}</td>'
        f'<th scope="row">unit {unit}</th>'
        f"<td>{_image(made, f'What the model decodes as unit {unit} grows')}</td>"
        f"<td>a picture tells {told[name].information:.0%}</td></tr>"
        for name, unit, true, made in zip(
            factors, best, _true(factors), _made(model, best), strict=True
        )
    )
    return f'{wide("What factors and units do")}<table class="strips">{rows}</table></div>'


def _image(png: bytes, alt: str) -> str:
    return pictures.image_tag(png, html.escape(alt))


def _true(factors: tuple[str, ...]) -> Strips:
    import torch  # noqa: PLC0415

    from vae.data.sprites import FACTORS, SIZES, SpriteImages, factors_to_index  # noqa: PLC0415

    strips = []
    for name in factors:
        at = FACTORS.index(name)
        steps = np.rint(np.linspace(0, SIZES[at] - 1, min(STEPS, SIZES[at]))).astype(int)
        values = torch.tensor([[MIDDLE[each] for each in FACTORS]] * len(steps))
        values[:, at] = torch.from_numpy(steps)
        images = SpriteImages().take(factors_to_index(values))
        strips.append(_joined(images.numpy() / np.float32(255)))
    return tuple(strips)


def _made(model: "Model", best: tuple[int, ...]) -> Strips:
    import torch  # noqa: PLC0415

    from vae.data.sprites import FACTORS, SpriteImages, factors_to_index  # noqa: PLC0415

    middle = torch.tensor([[MIDDLE[each] for each in FACTORS]])
    x = SpriteImages().take(factors_to_index(middle)).float() / 255
    label = torch.tensor([MIDDLE["shape"]]) if model.classes else None
    many = None if label is None else label.expand(STEPS)
    strips = []
    with torch.inference_mode():
        mu = model.encode(x, label).mu
        for unit in best:
            codes = mu.repeat(STEPS, 1)
            codes[:, unit] = torch.linspace(-UNIT_REACH, UNIT_REACH, STEPS)
            strips.append(_joined(model.decode(codes, many).mean.numpy()))
    return tuple(strips)


def _joined(images: npt.NDArray[np.floating[Any]]) -> bytes:
    """Pictures [n 1 h w] side by side, a line between two."""
    framed = np.pad(images[:, 0], ((0, 0), (0, 0), (0, 2)), constant_values=0.5)
    joined = np.concatenate(list(framed), axis=1)[None]
    return pictures.png(pictures.to_pixels(joined.astype(np.float32)))
