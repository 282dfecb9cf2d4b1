"""The KL of every unit in every model, as a table of HTML that fits either theme."""

from collections.abc import Sequence
from html import escape

from ui.live.comparison import Side, shared_units

DARKEST = 70
"""Per cent of the accent behind the largest KL; more would make the number hard to read."""


def kl_by_unit(sides: Sequence[Side]) -> str:
    """KL in nats per image: a row a shared unit, most first, a column a model."""
    values = [_kl(side) for side in sides]
    most = max([kl for column in values for kl in column if kl is not None], default=1.0)
    order = sorted(range(shared_units(sides)), key=lambda unit: -sum(v[unit] or 0 for v in values))
    names = "".join(f'<th scope="col">{escape(side.name)}</th>' for side in sides)
    rows = "".join(
        f'<tr><th scope="row">unit {unit}</th>{"".join(_cell(v[unit], most) for v in values)}</tr>'
        for unit in order
    )
    head = f'<thead><tr><th scope="col">nats per image</th>{names}</tr></thead>'
    return f'<div class="scroll"><table class="terms">{head}<tbody>{rows}</tbody></table></div>'


def _cell(kl: float | None, most: float) -> str:
    if kl is None:
        return "<td></td>"
    share = DARKEST * max(0.0, kl) / max(most, 1e-9)
    shade = f"background:color-mix(in srgb, var(--heat) {share:.0f}%, transparent)"
    return f'<td style="{shade}">{kl:.2f}</td>'


def _kl(side: Side) -> list[float | None]:
    """By shared unit; None where the model has none left."""
    assert side.found is not None, "a table is made of what is measured"
    kl = side.found.kl_per_unit
    return [None if unit is None else kl[unit] for unit in side.found.units]
