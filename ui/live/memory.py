"""What one browser keeps for itself, beyond a reload: who it is, and the form as it was left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ui.live.bundle import script
from ui.live.element import element

_element = element(
    "latent_memory",
    html="<i hidden></i>",
    css=":host { display: none; }",
    js=script("base/memory.js"),
)


@dataclass(frozen=True)
class Kept:
    """What a browser kept from before."""

    browser: str
    """Made up by the browser; the same for all of its tabs."""
    settings: Mapping[str, Any] = field(default_factory=dict)


def memory(
    settings: Mapping[str, Any] | None, *, key: str, answered: Callable[[Kept], None]
) -> None:
    """Have the browser keep settings; `answered` is told what it kept before, ahead of the next run."""

    def take() -> None:
        kept = st.session_state[key].get("kept")
        if not isinstance(kept, Mapping) or not isinstance(browser := kept.get("browser"), str):
            return
        before = kept.get("settings")
        answered(Kept(browser, before if isinstance(before, Mapping) else {}))

    _element(
        key=key,
        data={"settings": None if settings is None else dict(settings)},
        default={"kept": None},
        on_kept_change=take,
    )
