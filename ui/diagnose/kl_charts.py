"""Charts of the KL of every unit; Vega-Lite, redrawn in place as a training goes on."""

from collections.abc import Sequence
from typing import Any

from ui.charts import FONT_SIZE, TRAINING, Table
from vae.events import Epoch

MOST_EPOCHS = 60
"""Columns of the chart; a longer training is thinned."""
HIGHEST = 480
ROW, AROUND = 22, 110
"""Pixels of a unit, and of title and axis together."""
FAINT = 0.1
"""Nats that are dark where no unit has more: a collapsed unit stays pale."""


def kl_over_time(epochs: Sequence[Epoch]) -> Table:
    """A row an epoch and unit: nats of KL on held-out images."""
    stride = -(-len(epochs) // MOST_EPOCHS)
    kept = [*epochs[: len(epochs) - 1 : stride], epochs[-1]]
    last = epochs[-1].kl_per_unit
    order = sorted(range(len(last)), key=lambda unit: -last[unit])
    rows = [
        (epoch.epoch, f"unit {unit}", place, epoch.kl_per_unit[unit])
        for epoch in kept
        for place, unit in enumerate(order)
        if unit < len(epoch.kl_per_unit)
    ]
    names = ("epoch", "unit", "place", "nats")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def kl_over_time_chart(units: int, most: float) -> dict[str, Any]:
    """Epochs to the right, units downwards by what they carry at the end, the darker the more."""
    return {
        "title": _title("KL of each unit over the training, nats"),
        "height": min(HIGHEST, ROW * units + AROUND),
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": {
                "field": "epoch",
                "type": "ordinal",
                "title": "epoch",
                "axis": _axis(labelOverlap=True, labelAngle=0),
            },
            "y": _units(),
            "color": {
                "field": "nats",
                "type": "quantitative",
                "scale": {
                    "range": ["#2391b311", TRAINING],
                    "domainMin": 0,
                    **({"domainMax": FAINT} if most < FAINT else {}),
                },
                "legend": {"title": None, "labelFontSize": FONT_SIZE},
            },
            "tooltip": [
                {"field": "unit", "type": "nominal"},
                {"field": "epoch", "type": "quantitative"},
                {"field": "nats", "type": "quantitative", "format": ".3f"},
            ],
        },
    }


def kl_now(kl_per_unit: Sequence[float]) -> Table:
    """A row a unit, most first."""
    order = sorted(range(len(kl_per_unit)), key=lambda unit: -kl_per_unit[unit])
    return {
        "unit": [f"unit {unit}" for unit in order],
        "place": list(range(len(order))),
        "nats": [kl_per_unit[unit] for unit in order],
    }


def kl_now_chart(units: int) -> dict[str, Any]:
    """A bar a unit."""
    return {
        "title": _title("KL of each unit, nats per image"),
        "height": min(HIGHEST, ROW * units + AROUND),
        "mark": {"type": "bar", "color": TRAINING, "tooltip": True},
        "encoding": {
            "x": {"field": "nats", "type": "quantitative", "title": None, "axis": _axis()},
            "y": _units(),
        },
    }


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "fontSize": FONT_SIZE, "fontWeight": 500, "anchor": "start"}


def _units() -> dict[str, Any]:
    """A row a unit, in the order that the table gives them."""
    return {
        "field": "unit",
        "type": "nominal",
        "title": None,
        "sort": {"field": "place"},
        "axis": _axis(labelOverlap=True),
    }


def _axis(**more: Any) -> dict[str, Any]:
    return {"labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE, **more}
