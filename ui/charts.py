"""What all charts share, without Streamlit and without torch."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

# Readable on white and on the dark background alike.
TRAINING = "#2391b3"
HELD_OUT = "#d67f1c"
FONT_SIZE = 16

Table = dict[str, list[Any]]
"""Columns by name."""


def arrow(table: Table) -> "pa.Table":
    """A table of numbers and words as Streamlit sends it to a chart.

    Of columns given as lists both Streamlit and pyarrow would load pandas, which stays in the server
    with 40 MB; so they are put together from their bytes.
    """
    import pyarrow as pa  # noqa: PLC0415 - for pages with charts

    return pa.Table.from_arrays([_column(values) for values in table.values()], names=[*table])


def _column(values: list[Any]) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415

    if values and isinstance(values[0], str):
        words = [word.encode() for word in values]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))]
        return pa.Array.from_buffers(pa.string(), len(words), buffers)
    numbers = np.array(values, np.float64)
    return pa.Array.from_buffers(pa.float64(), len(numbers), [None, pa.py_buffer(numbers)])
