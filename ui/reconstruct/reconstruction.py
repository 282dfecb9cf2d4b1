"""A picture in a model and in those beside it: what is known of it so far, as the page shows it."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from ui import frame, pictures, state
from ui.catalogue import Entry
from ui.live import arrays, blobs
from ui.live.drawing import Shelf, Shown
from ui.naming import number
from ui.reconstruct import measuring
from ui.reconstruct.measuring import SAMPLES, HeldOut, Measured, Values
from ui.state import Picture
from vae.errors import VaeError

PATIENCE = 0.3
"""Seconds that the page waits for a number; what takes longer comes by itself."""
POLL_SECONDS = 0.5
ON_SHELF = 30


@dataclass(frozen=True)
class Answer:
    """What is known of a picture; None of what is not known yet."""

    picture: Picture
    measured: Measured | None
    usual: Values | None
    """Scores of held-out pictures, ascending; empty where there are none."""
    beside: dict[str, Measured]
    waiting: tuple["Future[Any]", ...]
    """What is still on its way."""

    @property
    def rank(self) -> float | None:
        """The share of held-out pictures that the model finds less likely than this one."""
        if self.measured is None or self.usual is None or not len(self.usual):
            return None
        return float(np.searchsorted(self.usual, self.measured.score) / len(self.usual))


def answer(entry: Entry, picture: Picture, beside: Iterable[Entry]) -> Answer:
    """What is known of a picture by now; the rest is on its way."""
    own = measuring.measured(entry, picture.pixels, picture.label)
    usual = measuring.usual(entry)
    others = {o.key: measuring.measured(o, picture.pixels, picture.label) for o in beside}
    wait([own, *others.values()], PATIENCE)
    every: list[Future[Any]] = [own, usual, *others.values()]
    waiting = tuple(future for future in every if not future.done())
    known = {key: future.result() for key, future in others.items() if future not in waiting}
    scores = None if usual in waiting else _scores(usual)
    return Answer(picture, None if own in waiting else own.result(), scores, known, waiting)


def _scores(usual: "Future[Values]") -> Values:
    try:
        return usual.result()
    except VaeError:  # the model's data is not on this machine
        return np.zeros(0)


def shown(found: Answer, of: str) -> Shown:
    """The numbers as the element shows them."""
    lines = {key: _line(measured) for key, measured in found.beside.items()}
    return Shown(of, [] if found.measured is None else _numbers(found, found.measured), lines)


def _numbers(found: Answer, of: Measured) -> list[tuple[str, str, str]]:
    rows = [("recon", f"{number(of.recon)}", "\N{MINUS SIGN}log p(x|z): what the code leaves open")]
    if of.kl is not None and of.elbo is not None:
        rows += [
            ("KL", f"{number(of.kl)}", "KL(q(z|x) || p(z)): what the code says"),
            (
                "ELBO",
                f"{number(of.elbo)}",
                "\N{MINUS SIGN}(recon + KL): a lower bound of log p(x)",
            ),
            (
                "log p(x)",
                f"{number(of.log_px(SAMPLES))}",
                f"By importance sampling with {SAMPLES} codes from q(z|x)",
            ),
        ]
    if found.rank is not None and found.usual is not None:
        by = "recon" if of.kl is None else "ELBO"
        count = len(found.usual)
        rows.append(
            ("likelier than", f"{found.rank:.0%}", f"of {count} held-out pictures, by {by}")
        )
    return [(name, value.replace("%", " % of held-out"), meaning) for name, value, meaning in rows]


def _line(of: Measured) -> str:
    kl = "" if of.kl is None else f" · KL {number(of.kl)}"
    return f"recon {number(of.recon)}{kl}"


@st.fragment(run_every=POLL_SECONDS)
def await_rest(futures: Sequence["Future[Any]"]) -> None:
    """Draw the page anew as soon as something is known that was not."""
    with frame.errors_shown():
        if any(future.done() for future in futures):
            state.rerun()


def shelf(found: HeldOut, leaf: int) -> Shelf:
    """Some pictures to pick from."""
    start = leaf * ON_SHELF % max(1, len(found.pixels) - ON_SHELF + 1)
    chosen = found.pixels[start : start + ON_SHELF]
    digest = blobs.digest(
        ("shelf", found.note, start, found.pixels.shape), lambda: arrays.pack({"pictures": chosen})
    )
    labels = found.labels[start : start + ON_SHELF] or (0,) * len(chosen)
    names = tuple(
        f"Picture {start + i + 1}: {found.classes[y]}"
        if found.classes
        else f"Picture {start + i + 1}"
        for i, y in enumerate(labels)
    )
    return Shelf(digest, names, labels, leaf)


def show_pictures(found: Answer) -> None:
    """The server's pictures, for a browser that cannot compute them."""
    if found.measured is None:
        return
    picture = np.frombuffer(found.picture.pixels, np.uint8).reshape(found.picture.shape)
    rows: list[tuple[str, npt.NDArray[np.float32]]] = [
        ("picture", (picture / 255).astype(np.float32)),
        ("reconstruction", found.measured.mean),
    ]
    samples = found.measured.samples
    rows += [] if samples is None else [("sample", each) for each in samples]
    figures = (
        f"<figure>{pictures.image_tag(pictures.png(pictures.to_pixels(image)), name)}"
        f"<figcaption>{name}</figcaption></figure>"
        for name, image in rows
    )
    st.html(f'<div class="steps">{"".join(figures)}</div>')
