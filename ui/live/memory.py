"""What one browser keeps for itself, beyond a reload: who it is, and the form as it was left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.live.bundle import script
from ui.live.element import element

_element = element(
    "latent_memory", html="<i hidden></i>", css=":host { display: none; }", js=script("memory.js")
)


@dataclass(frozen=True)
class Kept:
    """What a browser kept from before."""

    browser: str
    """Made up by the browser; the same for all of its tabs."""
    settings: Mapping[str, Any] = field(default_factory=dict)


def memory(settings: Mapping[str, Any] | None, *, key: str) -> Kept | None:
    """Have the browser keep settings; gives back what it kept before, None until it has answered."""
    result = _element(
        key=key,
        data={"settings": None if settings is None else dict(settings)},
        default={"kept": None},
        on_kept_change=lambda: None,
    )
    kept = result.kept
    if not isinstance(kept, Mapping) or not isinstance(browser := kept.get("browser"), str):
        return None
    settings = kept.get("settings")
    return Kept(browser, settings if isinstance(settings, Mapping) else {})
