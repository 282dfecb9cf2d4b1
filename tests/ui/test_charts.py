"""Tables for charts."""

import subprocess
import sys

import pyarrow as pa

from ui import charts


def test_a_table_is_as_pyarrow_makes_it() -> None:
    """Numbers and words of any alphabet, and columns of nothing."""
    table: charts.Table = {"words": ["a", "", "Ünit 1", "数"], "nats": [1.5, -2.0, 0.0, 3.25]}
    assert charts.arrow(table).equals(pa.table(table))
    assert charts.arrow({"x": [], "class": []}).num_rows == 0
    assert charts.arrow({"epoch": [1, 2]}).to_pydict() == {"epoch": [1, 2]}


def test_a_chart_does_without_pandas() -> None:
    """A process that draws one has not loaded it."""
    draw = (
        "import sys, streamlit as st; from ui import charts; "
        "st.vega_lite_chart(charts.arrow({'x': [1.0], 'y': ['a']}), {'mark': 'point'}); "
        "print('pandas' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", draw], capture_output=True, text=True, check=True, timeout=120
    )
    assert said.stdout.split()[-1] == "False"
