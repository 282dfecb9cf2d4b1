"""What every live element shares: how Python mounts it, as browser/base/element.js is what it shares there."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def element(name: str, *, html: str, css: str, js: str) -> Callable[..., Any]:
    """A component that draws one; it takes `data`, a mapping, and what else Streamlit's takes.

    `default` names the states that it reports, `triggers` what it asks for; each has a callback, as
    Streamlit wants it, of the name that Streamlit expects (`on_seen_change`), which may be given.
    """
    mount = st.components.v2.component(name, html=html, css=css, js=js)

    def show(
        *,
        data: Mapping[str, Any],
        default: Mapping[str, Any],
        triggers: tuple[str, ...] = (),
        **options: Any,
    ) -> Any:
        callbacks = {f"on_{name}_change": _heard for name in (*default, *triggers)}
        # In a list: every value of a bare dict is held against pandas' types, for which Streamlit
        # loads pandas and pyarrow, half a second before the first picture.
        return mount(data=[dict(data)], default=dict(default), **callbacks | options)

    return show


def _heard() -> None:
    """Nothing to do ahead of the next run, which takes what was reported."""
