"""What elements that show many pictures begin with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from ui.state.choice import miss, write
from ui.state.code import keep, kept_code, kept_label

_VIEWS = "views"
_FIELDS = "fields"


@dataclass(frozen=True)
class View:
    """What an element is given to begin with, and later: where the hand rests."""

    of: tuple[str, int, int]
    """The model, its units and its classes."""
    z: tuple[float, ...]
    label: int
    fields: Mapping[str, str]
    """What else the address says, by the names that it has there; what is usual is left out."""
    revision: int


def view(element: str, of: tuple[str, int, int], limit: float, patterns: Mapping[str, str]) -> View:
    """What was last seen in an element, or what the address says, where it looks like its pattern.

    Another view for another model, and when the element is drawn anew, as after a visit to another
    page; else the same one, so that the hand keeps what it holds.
    """
    views: dict[str, View] = st.session_state.setdefault(_VIEWS, {})
    last = views.get(element)
    if last is None or last.of != of or element not in st.session_state:
        model, units, classes = of
        kept = _fields(element) | st.query_params.to_dict()
        fields = fitting(kept, patterns)
        for name in patterns.keys() & st.query_params.to_dict().keys() - fields.keys():
            miss(name, st.query_params[name])
        code = kept_code(model)
        z = tuple(max(-limit, min(limit, code.get(unit, 0.0))) for unit in range(units))
        revision = last.revision + 1 if last else 1
        views[element] = View(of, z, kept_label(classes), fields, revision)
    return views[element]


def keep_view(element: str, seen: View, names: Iterable[str]) -> None:
    """Remember where the hand rests in an element, in the address too."""
    model, _, classes = seen.of
    keep(model, seen.z, seen.label if classes else None)
    _fields(element).clear()
    _fields(element).update(seen.fields)
    for name in names:
        write(name, seen.fields.get(name, ""))


def fitting(fields: object, patterns: Mapping[str, str]) -> dict[str, str]:
    """Of some fields those that look as they should."""
    given = fields if isinstance(fields, Mapping) else {}
    return {
        name: value
        for name, pattern in patterns.items()
        if isinstance(value := given.get(name), str) and re.fullmatch(pattern, value, re.ASCII)
    }


def _fields(element: str) -> dict[str, str]:
    fields: dict[str, dict[str, str]] = st.session_state.setdefault(_FIELDS, {})
    return fields.setdefault(element, {})
