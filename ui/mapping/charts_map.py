"""Charts about a map: densities of codes beside the prior's, and several maps side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ui import palette
from ui.charts import FONT_SIZE, HELD_OUT, TRAINING, Table
from vae.projection.aggregate import Plane, unit_density

if TYPE_CHECKING:
    import plotly.graph_objects as go

UNITS = 12
"""Units that are drawn at most, those with the most KL."""
INK = "#808a93"
_CLEAR = "rgba(35,145,179,0)"  # the colour of what fades into it


def _laid(figure: "go.Figure", height: int) -> "go.Figure":
    """Colours that go with light and dark, no margins to speak of."""
    return figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font={"size": FONT_SIZE},
        showlegend=False,
        dragmode=False,
    )


def plane_figure(plane: Plane, units: tuple[int, int], height: int = 460) -> "go.Figure":
    """q(z) of two units as shades, the prior as circles, holes hatched in the accent's opposite."""
    import plotly.graph_objects as go  # noqa: PLC0415 - half a second

    figure = go.Figure()
    figure.add_heatmap(
        x=plane.across,
        y=plane.across,
        z=np.sqrt(plane.posterior),  # so that faint parts are seen
        customdata=np.stack([plane.posterior, plane.prior], -1),
        hovertemplate="z = %{x:.1f}, %{y:.1f}<br>q(z) %{customdata[0]:.4f}, p(z) %{customdata[1]:.4f}"
        "<extra></extra>",
        colorscale=[[0, _CLEAR], [1, TRAINING]],
        showscale=False,
    )
    figure.add_contour(
        x=plane.across,
        y=plane.across,
        z=(plane.hole & (plane.prior > plane.prior.max() * np.exp(-0.5 * 9))).astype(float),
        contours={"start": 0.5, "end": 0.5, "coloring": "none"},
        line={"color": HELD_OUT, "width": 3},
        hoverinfo="skip",
        showscale=False,
    )
    for radius in (1, 2, 3):
        circle = {"x0": -radius, "y0": -radius, "x1": radius, "y1": radius}
        figure.add_shape(type="circle", line={"color": INK, "width": 1, "dash": "dot"}, **circle)
    figure.update_xaxes(title=f"unit {units[0]}", zeroline=False, gridcolor=_CLEAR)
    figure.update_yaxes(
        title=f"unit {units[1]}", zeroline=False, gridcolor=_CLEAR, scaleanchor="x", scaleratio=1
    )
    return _laid(figure, height)


def units_figure(
    mu: np.ndarray, logvar: np.ndarray, ranked: Sequence[int], height: int = 460
) -> "go.Figure":
    """q(z_i) of the units with the most KL, each beside N(0, 1)."""
    from plotly.subplots import make_subplots  # noqa: PLC0415

    shown = list(ranked)[:UNITS]
    columns = min(4, len(shown))
    rows = -(-len(shown) // columns)
    figure = make_subplots(rows, columns, subplot_titles=[f"unit {unit}" for unit in shown])
    across = np.linspace(-4, 4, 121)
    normal = np.exp(-0.5 * across**2) / np.sqrt(2 * np.pi)
    for k, unit in enumerate(shown):
        place = {"row": k // columns + 1, "col": k % columns + 1}
        prior = {"color": INK, "dash": "dot"}
        figure.add_scatter(x=across, y=normal, line=prior, hoverinfo="skip", **place)
        density = unit_density(mu[:, unit], logvar[:, unit], across)
        figure.add_scatter(
            x=across,
            y=density,
            line={"color": TRAINING, "width": 2},
            fill="tozeroy",
            hovertemplate="z = %{x:.2f}<br>q(z) %{y:.3f}<extra></extra>",
            **place,
        )
    figure.update_yaxes(visible=False)
    figure.update_xaxes(tickvals=[-3, 0, 3], gridcolor=_CLEAR)
    return _laid(figure, height)


def small_table(places: np.ndarray | None, labels: Sequence[str]) -> Table:
    """A row a point of a small map, which fills its frame; none as long as there is no map."""
    if places is None:
        return {"x": [], "y": [], "class": []}
    middle = (places.max(0) + places.min(0)) / 2
    scaled = (places - middle) / max(float(np.abs(places - middle).max()), 1e-9)
    x, y = np.round(scaled[:, :2].T, 3).tolist()
    return {"x": x, "y": y, "class": list(labels)}


def small_chart(title: str, names: Sequence[str]) -> dict[str, Any]:
    """A small map, the same for all data."""
    colours = [palette.of_class(i) for i in range(len(names))]
    axis = {"type": "quantitative", "axis": None, "scale": {"domain": [-1.05, 1.05]}}
    return {
        "title": {"text": title, "anchor": "middle", "fontSize": FONT_SIZE, "fontWeight": 400},
        "mark": {"type": "circle", "size": 10, "opacity": 0.8},
        "encoding": {
            "x": {"field": "x", **axis},
            "y": {"field": "y", **axis},
            "color": {
                "field": "class",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": list(names), "range": colours},
            },
        },
        "config": {"view": {"stroke": None}},
    }
