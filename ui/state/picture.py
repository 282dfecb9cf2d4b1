"""The person's picture, and what else an element has reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.state.keys import DRAWING

_PICTURES = "pictures"
_PICTURE_PUSH = "picture push"
_LAST = "last"


@dataclass(frozen=True)
class Picture:
    """A person's picture as a model is given it."""

    pixels: bytes
    """From 0 to 255, channel after channel, row after row."""
    shape: tuple[int, int, int]
    """Channels, height and width."""
    label: int | None = None
    """What a conditional model is told that it is."""
    origin: str = "drawn"
    """drawn, upload, or data."""


@dataclass(frozen=True)
class PicturePush:
    """What the drawing element is given to begin with, and whenever Python has another picture."""

    shape: tuple[int, int, int]
    picture: Picture | None
    revision: int


def picture(shape: tuple[int, int, int]) -> Picture | None:
    """The picture of a shape that was last drawn, uploaded or picked."""
    kept: dict[tuple[int, int, int], Picture] = st.session_state.setdefault(_PICTURES, {})
    return kept.get(shape)


def keep_picture(shape: tuple[int, int, int], seen: Picture | None) -> None:
    """Remember the picture of a shape; none where it was wiped off."""
    kept: dict[tuple[int, int, int], Picture] = st.session_state.setdefault(_PICTURES, {})
    kept.pop(shape, None)
    if seen is not None:
        kept[shape] = seen


def picture_push(shape: tuple[int, int, int]) -> PicturePush:
    """What the drawing element is given: another one only where it has to show another picture."""
    last: PicturePush | None = st.session_state.get(_PICTURE_PUSH)
    if last is None or last.shape != shape or DRAWING not in st.session_state:
        last = _push_picture(shape)
    return last


def give_picture(seen: Picture) -> None:
    """Put a picture on the pad in place of what is there."""
    keep_picture(seen.shape, seen)
    _push_picture(seen.shape)


def _push_picture(shape: tuple[int, int, int]) -> PicturePush:
    last: PicturePush | None = st.session_state.get(_PICTURE_PUSH)
    pushed = PicturePush(shape, picture(shape), last.revision + 1 if last else 1)
    st.session_state[_PICTURE_PUSH] = pushed
    return pushed


def beside(model: str) -> str:
    """The key of what is shown beside a model."""
    return f"beside {model}"


def reported(element: str) -> Mapping[str, Any]:
    """What an element said last; nothing where it has not been drawn yet."""
    report = st.session_state.get(element)
    return report if isinstance(report, Mapping) else {}


def is_news(what: str, value: object) -> bool:
    """Whether something is another than the last time that this was asked."""
    key = f"{_LAST} {what}"
    news = st.session_state.get(key) != value
    st.session_state[key] = value
    return bool(news)
