"""Data to charts: pure functions of numbers, without Streamlit and without torch.

What changes while one looks is a Vega-Lite chart of which only the data changes: it is redrawn in
place, where a plotly chart would be built anew and flicker.
"""

from collections.abc import Sequence
from typing import Any

from ui.history import Point

# Readable on white and on the dark background alike.
TRAINING = "#2391b3"
HELD_OUT = "#d67f1c"
SERIES = {"training": TRAINING, "held out": HELD_OUT}
FONT_SIZE = 16

Table = dict[str, list[Any]]
"""Columns by name."""


def curve_table(training: Sequence[Point], held_out: Sequence[Point]) -> Table:
    """A row a point, with what it was measured on."""
    named = zip(SERIES, (training, held_out), strict=True)
    rows = [(p.epoch, p.nats, name) for name, points in named for p in points]
    return {
        "epoch": [epoch for epoch, _, _ in rows],
        "nats": [nats for _, nats, _ in rows],
        "on": [name for _, _, name in rows],
    }


def curve_chart(title: str, height: int) -> dict[str, Any]:
    """A term over the epochs, in training and on held-out images; the same for all data."""
    colour = {
        "field": "on",
        "type": "nominal",
        "scale": {"domain": list(SERIES), "range": list(SERIES.values())},
        "legend": None,
    }
    shared = {
        "x": {"field": "epoch", "type": "quantitative", "title": None, "axis": {"tickCount": 4}},
        "y": {
            "field": "nats",
            "type": "quantitative",
            "title": None,
            "scale": {"zero": False},
            "axis": {"tickCount": 4},
        },
        "color": colour,
        "tooltip": [
            {"field": "on", "type": "nominal", "title": "measured on"},
            {"field": "epoch", "type": "quantitative", "format": ".2f"},
            {"field": "nats", "type": "quantitative", "format": ".2f"},
        ],
    }
    return {
        "title": {
            "text": f"{title}, nats per image",
            "fontSize": FONT_SIZE,
            "fontWeight": 500,
            "anchor": "start",
        },
        "height": height,
        "encoding": shared,
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}},
            {
                "mark": {"type": "point", "filled": True, "size": 40},
                "transform": [{"filter": "datum.on == 'held out'"}],
            },
        ],
        "config": {"axis": {"labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE}},
    }


def key() -> str:
    """What the colours mean, in HTML."""
    names = (f'<span><i style="background:{c}"></i>{name}</span>' for name, c in SERIES.items())
    return f'<div class="key">{"".join(names)}</div>'
