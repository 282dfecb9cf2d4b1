"""What all charts share, without Streamlit and without torch."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

# Readable on white and on the dark background alike.
TRAINING = "#2391b3"
HELD_OUT = "#d67f1c"
FONT_SIZE = 16

Table = dict[str, list[Any]]
"""Columns by name."""


def of(table: Table, chart: Mapping[str, Any]) -> dict[str, Any]:
    """A chart with the numbers and words that it draws.

    They are given as an address that holds them, `data:`. Given to Streamlit, they would go through
    pandas and pyarrow, which stay in the server with 70 MB.
    """
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    address = f"data:application/json,{quote(json.dumps(rows, allow_nan=False))}"
    return {**chart, "data": {"url": address, "format": {"type": "json"}}}
