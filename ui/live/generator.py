"""The generator element: pictures from the prior, by label, by style."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.catalogue import Entry
from ui.live.bundle import script, text
from ui.live.described import described, framing, sent
from ui.live.element import element
from ui.live.viewed import asked_to_open, viewed
from ui.state import Picture, View

FIELDS = {
    "show": "label|labels|blend",
    "seed": r"\d{1,7}",
    "temperature": r"[01]\.\d\d|2\.00",
    "size": "S|M|L",
    "blend": r"\d{1,3}:[01]\.\d\d(,\d{1,3}:[01]\.\d\d)*",
}
"""What the address says of it, and what each value looks like."""

_element = element(
    "latent_generator",
    html=text("generator/generator.html"),
    css=text(
        "base/live.css", "controls/units.css", "controls/tiles.css", "generator/generator.css"
    ),
    js=script("generator/generator.js"),
)


@dataclass(frozen=True)
class Generated:
    """Where the hand rests, and the picture that was opened: its code and label."""

    view: View
    opened: tuple[tuple[float, ...], int | None] | None
    problem: str


def generator(
    entry: Entry,
    *,
    key: str,
    begin: View,
    class_names: Sequence[str],
    picture: Picture | None = None,
) -> Generated:
    """Show many pictures of a model. `begin` is taken over when its revision is another one.

    `picture` is what a person has drawn elsewhere.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    data = described(entry, class_names) | {
        "framing": framing(entry),
        "picture": sent(picture),
        "z": begin.z,
        "label": begin.label,
        "fields": begin.fields,
        "revision": begin.revision,
    }
    result = _element(
        key=key,
        data=data,
        default={"seen": None, "problem": ""},
        triggers=("open",),
    )
    view = viewed(result.seen, entry.key, begin, FIELDS, len(class_names))
    opened = asked_to_open(result.open, entry.key, len(begin.z), len(class_names))
    return Generated(view, opened, str(result.problem or ""))
