"""What live elements report, checked: a browser may say anything."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ui.state import View, fitting
from vae.untrusted import finite


def viewed(
    report: object, model: str, begin: View, patterns: Mapping[str, str], classes: int
) -> View:
    """Where the hand rests, as the element says of this model since the last push; else `begin`."""
    if not isinstance(report, Mapping):
        return begin
    if report.get("model") != model or report.get("revision") != begin.revision:
        return begin
    z, label = code(report, len(begin.z), classes)
    fields = report.get("fields")
    return replace(begin, z=z, label=label or 0, fields=fitting(fields, patterns))


def asked_to_open(
    report: object, model: str, units: int, classes: int
) -> tuple[tuple[float, ...], int | None] | None:
    """The code and label of the picture that a person opened; None where none was."""
    if not isinstance(report, Mapping) or report.get("model") != model:
        return None
    return code(report, units, classes)


def code(
    report: Mapping[str, object], units: int, classes: int
) -> tuple[tuple[float, ...], int | None]:
    """A code of the right length, finite, and a label that there is; None of a model without."""
    z, label = report.get("z"), report.get("label")
    given = list(z) if isinstance(z, Sequence) and not isinstance(z, str) else []
    numbers = [finite(v) or 0.0 for v in given[:units]]
    whole = numbers + [0.0] * (units - len(numbers))
    known = label if isinstance(label, int) and 0 <= label < classes else 0
    return tuple(whole), known if classes else None
