"""What every live element shares: how Python mounts it, as browser/base/element.js is what it shares there."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def element(name: str, *, html: str, css: str, js: str) -> Callable[..., Any]:
    """A component that draws one; it takes `data`, a mapping, and what else Streamlit's takes."""
    mount = st.components.v2.component(name, html=html, css=css, js=js)

    def show(*, data: Mapping[str, Any], **options: Any) -> Any:
        # In a list: every value of a bare dict is held against pandas' types, for which Streamlit
        # loads pandas and pyarrow, half a second before the first picture.
        return mount(data=[dict(data)], **options)

    return show
