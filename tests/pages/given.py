"""What a page gives to the live element on it."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def given(app: AppTest) -> dict[str, Any]:
    """The data of the one element; there is no error."""
    assert not app.exception
    (element,) = app.get("bidi_component")
    (data,) = json.loads(element.proto.json)
    assert isinstance(data, dict)
    return data
