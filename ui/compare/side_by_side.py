"""Many models under one code: the live element, and in numbers what each is worth."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui import frame, naming, state
from ui.catalogue import REACH, Entry
from ui.compare import finding, kl_table, sets
from ui.compare.finding import Measuring
from ui.live.comparison import FIELDS, KEY, Side, comparison, shared_units
from vae.comparison import Comparison
from vae.errors import VaeError

MINUS = "\N{MINUS SIGN}"
SOON = 1.0
"""Seconds to the next look at what is being measured."""


def show(entries: Sequence[Entry]) -> None:
    """Draw the models side by side, with what is known of them."""
    with frame.above():
        found = _measured(entries)
    _live(entries, found)
    if found is not None:
        _numbers(_sides(entries, found), found)


def _measured(entries: Sequence[Entry]) -> Comparison | None:
    """What was measured of them; None, and a word, while or because nothing is."""
    try:
        found = finding.comparison(entries)
    except VaeError as error:
        st.warning(frame.as_plain_text(f"These models are not measured and not aligned: {error}"))
        return None
    if isinstance(found, Measuring):
        _await(found)
        return None
    return found


@st.fragment(run_every=SOON)
def _await(measuring: Measuring) -> None:
    """Say how far it is, and draw the page anew when it is there."""
    with frame.errors_shown():
        if measuring.result.done():
            state.rerun()
        text = f"Measuring and aligning: {measuring.done} of {measuring.of} models"
        st.progress(measuring.done / measuring.of, text)


def _sides(entries: Sequence[Entry], found: Comparison | None) -> list[Side]:
    names = sets.names([entry.config for entry in entries])
    if found is None:
        return [Side(entry, name, None) for entry, name in zip(entries, names, strict=True)]
    keys = finding.contents(entries)
    return [
        Side(entry, name, found.models[key], reference=key == found.reference)
        for entry, name, key in zip(entries, names, keys, strict=True)
    ]


@st.fragment
def _live(entries: Sequence[Entry], found: Comparison | None) -> None:
    """The element; a hand that rests reruns no more than this."""
    with frame.errors_shown():
        sides = _sides(entries, found)
        classes = _classes(entries)
        begin = state.view(
            state.COMPARISON, (KEY, shared_units(sides), len(classes)), 2 * REACH, FIELDS
        )
        seen = comparison(
            sides,
            found,
            key=state.COMPARISON,
            begin=begin,
            class_names=classes,
            joined=sets.joined([entry.config for entry in entries]),
        )
        state.keep_view(state.COMPARISON, seen.view, FIELDS)
        if seen.opened:
            state.keep(seen.opened.key, seen.opened.z, seen.opened.label)
            state.choose(state.MODEL, seen.opened.key)
            st.switch_page(frame.EXPLORE)


def _classes(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The labels that all conditional models among them take."""
    found = [naming.class_names(entry.config) for entry in entries]
    return max(found, key=len)


def _numbers(sides: Sequence[Side], found: Comparison) -> None:
    """A table of measurements, the KL of every unit, and how the units were matched."""
    worth, kl, matched = st.tabs(["Numbers", "KL of each unit", "How units were aligned"])
    with worth:
        st.dataframe(_table(sides), hide_index=True, column_config=_columns(found))
        st.caption(f"{found.note}. NLL by {found.samples} importance samples.")
    with kl:
        st.html(kl_table.kl_by_unit(sides))
    with matched:
        st.caption(
            "Each unit is matched with the unit of the other model whose posterior mean goes up and "
            f"down with it over the same images: its number, {MINUS} where it runs the other way, "
            "and the correlation."
        )
        st.dataframe(_matches(sides), hide_index=True)


def _table(sides: Sequence[Side]) -> list[dict[str, Any]]:
    rows = []
    for side in sides:
        found = side.found
        assert found is not None, "the numbers are shown when they are there"
        units = len(found.kl_per_unit)
        rows.append(
            {
                "model": side.name,
                "nll": found.nll,
                "elbo": found.elbo,
                "recon": found.recon,
                "kl": found.kl,
                "active": f"{found.active_units} of {units}",
                "mi": found.mutual_information,
                "blur": 100 * found.blur,
                "sample_blur": 100 * found.sample_blur,
            }
        )
    return rows


def _columns(found: Comparison) -> dict[str, Any]:
    def nats(label: str, about: str) -> Any:
        return st.column_config.NumberColumn(label, format="%.1f", help=f"{about} Nats per image.")

    def share(label: str, about: str) -> Any:
        return st.column_config.NumberColumn(label, format="%.0f %%", help=about)

    scale = (
        "0 % is as sharp as the data, 100 % without any edge: 1 - the ratio of the variances of "
        "the Laplacian."
    )
    return {
        "model": st.column_config.TextColumn("Model"),
        "nll": nats("NLL", f"{MINUS}log p(x); of a conditional model {MINUS}log p(x|y)."),
        "elbo": nats("ELBO", f"{MINUS}(reconstruction + KL)."),
        "recon": nats("Reconstruction", f"{MINUS}log p(x|z), the distortion."),
        "kl": nats("KL", "KL(q(z|x) || p(z)), the rate."),
        "active": st.column_config.TextColumn(
            "Active units", help="Units whose posterior mean has a variance over 0.01."
        ),
        "mi": nats("MI", f"Between image and code; at most the log of {found.images:,} images."),
        "blur": share("Blur", f"Of reconstructions. {scale}"),
        "sample_blur": share("Blur of samples", f"Of pictures from the prior. {scale}"),
    }


def _matches(sides: Sequence[Side]) -> dict[str, list[str]]:
    count = shared_units(sides)
    columns: dict[str, list[str]] = {"unit": [f"unit {unit}" for unit in range(count)]}
    for side in sides:
        found = side.found
        assert found is not None, "the units are shown when they are matched"
        columns[side.name] = [
            _match(*matched)
            for matched in zip(found.units, found.signs, found.correlations, strict=True)
        ]
    return columns


def _match(unit: int | None, sign: int, r: float) -> str:
    """A counterpart in the fewest signs: its number, its direction, and |r|."""
    if unit is None or r == 0:
        return "no counterpart"
    return f"{MINUS if sign < 0 else ''}{unit} ({r:.2f})"
