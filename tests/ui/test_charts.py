"""What charts are given."""

import json
import subprocess
import sys
from urllib.request import urlopen

from ui import charts


def test_a_chart_holds_its_table() -> None:
    """Whoever opens the address of its data has the rows, in any alphabet."""
    table: charts.Table = {"class": ["a", "100 %", "数#?&"], "nats": [1.5, -2, 0.25]}
    chart = charts.of(table, {"mark": "point"})
    assert chart["mark"] == "point"
    with urlopen(chart["data"]["url"]) as answer:
        rows = json.load(answer)
    assert rows == [
        {"class": "a", "nats": 1.5},
        {"class": "100 %", "nats": -2},
        {"class": "数#?&", "nats": 0.25},
    ]


def test_a_chart_loads_neither_pandas_nor_pyarrow() -> None:
    """A process that draws one has loaded neither."""
    draw = (
        "import sys, streamlit as st; from ui import charts; "
        "st.vega_lite_chart(charts.of({'x': [1.0], 'y': ['a']}, {'mark': 'point'})); "
        "print(sorted({'pandas', 'pyarrow'} & {*sys.modules}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", draw], capture_output=True, text=True, check=True, timeout=120
    )
    assert said.stdout.splitlines()[-1] == "[]"
