"""What each model is worth, and how its units were matched, as tables of HTML that fit either theme.

Not Streamlit's own table: it loads pandas, which stays in the server with 40 MB.
"""

from collections.abc import Callable, Sequence
from html import escape

from ui import frame
from ui.live.comparison import Side, shared_units
from vae.comparison import Compared, Comparison

MINUS = "\N{MINUS SIGN}"


def _nats(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}".replace("-", MINUS)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %".replace("-", MINUS)


COLUMNS: dict[str, Callable[[Compared], str]] = {
    "NLL": lambda found: _nats(found.nll),
    "ELBO": lambda found: _nats(found.elbo),
    "Reconstruction": lambda found: _nats(found.recon),
    "KL": lambda found: _nats(found.kl),
    "Active units": lambda found: f"{found.active_units} of {len(found.kl_per_unit)}",
    "MI": lambda found: _nats(found.mutual_information),
    "Blur": lambda found: _share(found.blur),
    "Blur of samples": lambda found: _share(found.sample_blur),
}
"""By title, what stands in it of a model."""


def numbers(sides: Sequence[Side]) -> str:
    """A row a model, a column a measurement; nats are per image."""
    rows = [[cell(_known(side)) for cell in COLUMNS.values()] for side in sides]
    return _table("model", list(COLUMNS), [side.name for side in sides], rows)


def meaning(found: Comparison) -> str:
    """What the columns of the numbers are, as Markdown."""
    return "  \n".join(
        (
            f"{frame.as_plain_text(found.note)}. All but units and blur in nats per image.",
            f"**NLL**: {MINUS}log p(x) by {found.samples} importance samples; of a conditional model "
            f"{MINUS}log p(x|y). **ELBO**: {MINUS}(reconstruction + KL). **Reconstruction**: "
            f"{MINUS}log p(x|z), the distortion. **KL**: KL(q(z|x) || p(z)), the rate.",
            "**Active units**: those whose posterior mean has a variance over 0.01. **MI**: mutual "
            f"information between image and code; at most the log of {found.images:,} images.",
            "**Blur** of reconstructions and of pictures from the prior: 0 % is as sharp as the data, "
            f"100 % without any edge (1 {MINUS} the ratio of the variances of the Laplacian).",
        )
    )


def matches(sides: Sequence[Side]) -> str:
    """A row a shared unit, a column a model."""
    columns = [
        [_match(*each) for each in zip(of.units, of.signs, of.correlations, strict=True)]
        for of in map(_known, sides)
    ]
    units = [f"unit {unit}" for unit in range(shared_units(sides))]
    return _table("unit", [side.name for side in sides], units, list(zip(*columns, strict=True)))


def _match(unit: int | None, sign: int, r: float) -> str:
    """A counterpart in the fewest signs: its number, its direction, and |r|."""
    if unit is None or r == 0:
        return "no counterpart"
    return f"{MINUS if sign < 0 else ''}{unit} ({r:.2f})"


def _known(side: Side) -> Compared:
    assert side.found is not None, "tables are made of what is measured"
    return side.found


def _table(
    corner: str, titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """Each row has its name first; a narrow screen scrolls it sideways, by keyboard too."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in (corner, *titles))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(c)}</td>" for c in row)}</tr>'
        for name, row in zip(names, rows, strict=True)
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="By {corner}"><table class="terms">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
