"""The verdict on a training with its evidence, and its loss taken apart."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui import charts, frame, state
from ui.compare import finding
from ui.compare.finding import Measuring
from ui.diagnose import kl_charts, subjects
from ui.diagnose.subjects import Subject
from ui.naming import number
from ui.train import settings
from vae.comparison import Compared
from vae.diagnosis import WRITTEN, Facts, Finding, Foreign, Remedy, Xray, diagnose, xray
from vae.errors import VaeError

SOON = 1.0
RUNNING = 2.0
"""Seconds to the next look at a training that goes on."""
ABOUT = {
    "KL": "KL(q(z|x) || p(z)), per held-out image",
    "Used units": "Units that carry at least 0.01 nats",
    "Active units": "Units whose posterior mean has a variance over 0.01 (Burda et al. 2016)",
    "Information": "Mutual information between image and code, at most the log of the images measured",
}
TITLES = {
    "diverged": "Diverged",
    "collapsed": "Posterior collapse",
    "over-fitted": "Over-fitted",
    "under-trained": "Under-trained",
    "over-regularised": "Over-regularised",
    "healthy": "Healthy",
    "unrecorded": "No problem found",
    "unknown": "Not known yet",
}


def show(subject: Subject) -> None:
    """Draw the verdict, and keep it up to date."""
    pace = RUNNING if subject.running else None
    st.fragment(_verdict, run_every=pace)(subject)
    xrayed, elsewhere = st.columns(2, gap="large")
    with xrayed, frame.errors_shown("Loss X-ray"):
        _xray(subject)
    with elsewhere, frame.errors_shown("A loss from elsewhere"):
        _foreign(subject)


# --- the verdict ----------------------------------------------------------------------------------


def _verdict(subject: Subject) -> None:
    with frame.errors_shown():
        found = _measured(subject)
        measured = found if isinstance(found, Compared) else None
        information = measured.mutual_information if measured else None
        known = subjects.gather(subject, information)
        left, right = st.columns(2, gap="large")
        with left:
            for i, finding in enumerate(diagnose(known)):
                _finding(subject, finding, i)
        with right:
            _figures(known, measured)
            if isinstance(found, Measuring):
                _await(found)


def _measured(subject: Subject) -> Compared | Measuring | None:
    """Information and active units, or that they are being measured; None where they cannot be."""
    if not subjects.measurable(subject) or subject.entry is None:
        return None
    try:
        found = finding.comparison([subject.entry])
    except VaeError as error:
        st.caption(frame.as_plain_text(f"Information is not measured: {error}"))
        return None
    if isinstance(found, Measuring):
        return found
    return found.models[finding.contents([subject.entry])[0]]


@st.fragment(run_every=SOON)
def _await(measuring: Measuring) -> None:
    """Draw the page anew as soon as the measurement is there."""
    with frame.errors_shown():
        if measuring.result.done():
            state.rerun()
        st.caption("Measuring active units and mutual information …")


def _finding(subject: Subject, finding: Finding, place: int) -> None:
    """The name, what it means, what shows it, and the way to mend it."""
    so_far = " so far" if subject.running and finding.name in ("healthy", "under-trained") else ""
    st.subheader(f"{TITLES[finding.name]}{so_far}", anchor=False)
    st.markdown(finding.text)
    st.markdown("\n".join(f"- {frame.as_plain_text(sentence)}" for sentence in finding.evidence))
    if finding.remedy:
        _remedy(subject, finding.remedy, f"mend {finding.name}", main=place == 0)


def _remedy(subject: Subject, remedy: Remedy, key: str, *, main: bool) -> None:
    clicked = st.button(
        remedy.text,
        type="primary" if main else "secondary",
        icon=":material/arrow_forward:",
        key=key,
        help="Opens Train with these settings, and this change",
    )
    if clicked:
        _to_train(subject, remedy.changes)


def _to_train(subject: Subject, changes: Mapping[str, Any]) -> None:
    """Open Train with the settings of this training and some changed."""
    state.ask_settings(settings.flatten(subject.config) | dict(changes))
    st.switch_page(frame.TRAIN)


def _figures(known: Facts, measured: Compared | None) -> None:
    """Numbers, and the KL of every unit: over the training where it was recorded."""
    units = len(known.kl_per_unit)
    shown = {
        "KL": f"{number(known.kl)} nats" if known.kl is not None and units else "",
        "Used units": f"{known.used} of {units}" if units else "",
        "Active units": f"{measured.active_units} of {units}" if measured else "",
        "Information": (
            f"{number(measured.mutual_information)} nats"
            if measured and measured.mutual_information is not None
            else ""
        ),
    }
    there = {label: text for label, text in shown.items() if text}
    for column, (label, text) in zip(st.columns(max(1, len(there))), there.items(), strict=False):
        column.metric(label, text, help=ABOUT[label])
    if len(known.epochs) > 1 and units:
        table = kl_charts.kl_over_time(known.epochs)
        chart = kl_charts.kl_over_time_chart(units, max(table["nats"]))
        st.vega_lite_chart(charts.of(table, chart), key="kl over time")
    elif units:
        table = kl_charts.kl_now(known.kl_per_unit)
        st.vega_lite_chart(charts.of(table, kl_charts.kl_now_chart(units)), key="kl now")


# --- the loss -------------------------------------------------------------------------------------


def _xray(subject: Subject) -> None:
    """What the weight of the KL amounts to."""
    seen = xray(subject.config, subjects.scale(subject))
    known = subjects.gather(subject, None)
    st.subheader("Loss X-ray", anchor=False, help="What beta amounts to after all scalings")
    st.markdown(f"**{frame.as_plain_text(seen.formula)}**, in nats per image")
    if seen.beta is not None and known.recon is not None and known.kl is not None:
        st.html(_breakdown(known, seen.beta, seen.pixels))
    for sentence in _weights(seen):
        st.markdown(sentence)
    for note in seen.notes:
        st.caption(frame.as_plain_text(note))


def _breakdown(known: Facts, beta: float, pixels: int) -> str:
    """The terms with their numbers, per image and per pixel."""
    assert known.recon is not None, "shown where it is known"
    assert known.kl is not None
    recon, kl = known.recon, beta * known.kl
    rows = [
        ("recon", recon),
        (f"{beta:g} · KL = {beta:g} · {number(known.kl, 2)}", kl),
        ("sum", recon + kl),
    ]
    body = "".join(
        f"<tr{' class=sum' * (what == 'sum')}><td>{what}</td>"
        f"<td>{number(nats, 2)}</td><td>{number(nats / pixels, 4)}</td></tr>"
        for what, nats in rows
    )
    head = f"<tr><th>term</th><th>nats per image</th><th>nats per pixel ({pixels:,})</th></tr>"
    return f'<table class="terms"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _weights(seen: Xray) -> list[str]:
    """The same weight beside losses that are scaled otherwise."""
    if seen.beta is None:
        return []
    b, n, d = f"{seen.beta:g}", f"{seen.pixels:,}", f"{seen.units}"
    said = [
        "Beside a mean over pixels, the KL would weigh "
        f"beta / pixels = {b} / {n} = **{seen.per_pixel:.4g}**.",
        "If the KL were a mean over units too: "
        f"beta · units / pixels = {b} · {d} / {n} = **{seen.per_unit:.4g}** "
        "(normalised beta, Higgins et al. 2017).",
    ]
    if seen.per_square is not None:
        s = f"{seen.scale:.3g}"
        said.append(
            f"Beside a plain sum of squared errors: 2 · {s}² · {b} = **{seen.per_square:.4g}**, "
            f"as pixels deviate by {s}."
        )
    return said


def _foreign(subject: Subject) -> None:
    """A loss as somebody else writes it, and the beta that it amounts to here."""
    st.subheader(
        "A loss from elsewhere", anchor=False, help="The beta that other reductions amount to"
    )
    with st.container(key="foreign"):
        loss = _ask(subject)
    st.markdown(f"**{frame.as_plain_text(loss.working)}**")
    st.markdown(_sense(loss.beta))
    if subject.config.objective.kind == "elbo" and st.button(
        f"Train with beta {loss.beta:.3g}", key="train foreign", icon=":material/arrow_forward:"
    ):
        _to_train(subject, {"objective.beta": float(f"{loss.beta:.4g}")})


def _ask(subject: Subject) -> Foreign:
    """The widgets; w multiplies the KL, b and a are what the reductions make of it and of recon."""
    written = st.selectbox(
        "As it is written",
        list(WRITTEN),
        key=state.FOREIGN,
        help="Sets what follows; change it freely",
    )
    usual, slot = WRITTEN[written], list(WRITTEN).index(written)
    squares = usual.recon == "mse"
    model = subject.config.model
    first, second, third = st.columns(3, gap="small", vertical_alignment="bottom")
    weight = first.number_input(
        "Weight w of the KL", 0.0, 1e6, usual.weight, format="%g", key=f"{state.FOREIGN} w {slot}"
    )
    pixels = second.number_input(
        "Pixels",
        1,
        None,
        usual.pixels if squares else model.pixels,
        key=f"{state.FOREIGN} p {slot} {subject.key}",
    )
    units = third.number_input(
        "Units",
        1,
        None,
        usual.units if squares else model.latent_dim,
        key=f"{state.FOREIGN} u {slot} {subject.key}",
    )
    changes: dict[str, Any] = {"weight": weight, "pixels": int(pixels), "units": int(units)}
    with st.expander("Reductions"):
        changes |= _reductions(usual, slot)
    return Foreign(**{**vars(usual), **changes})


def _reductions(usual: Foreign, slot: int) -> dict[str, Any]:
    """Sums and means, and what they are over."""

    def choose(label: str, options: tuple[str, ...], now: str) -> str:
        key = f"{state.FOREIGN} {label} {slot}"
        return st.segmented_control(label, options, default=now, key=key, required=True) or now

    found: dict[str, Any] = {
        "recon": choose("Reconstruction", ("bce", "mse"), usual.recon),
        "over_pixels": choose("Over pixels", ("sum", "mean"), usual.over_pixels),
        "over_units": choose("KL over units", ("sum", "mean"), usual.over_units),
        "recon_over_batch": choose(
            "Reconstruction over the batch", ("sum", "mean"), usual.recon_over_batch
        ),
        "kl_over_batch": choose("KL over the batch", ("sum", "mean"), usual.kl_over_batch),
    }
    if found["recon_over_batch"] != found["kl_over_batch"]:
        key = f"{state.FOREIGN} batch {slot}"
        found["batch"] = int(st.number_input("Images in a batch", 1, None, usual.batch, key=key))
    if found["recon"] == "mse":
        found["scale"] = st.number_input(
            "Pixel deviation",
            1e-3,
            10.0,
            usual.scale,
            format="%.3f",
            key=f"{state.FOREIGN} scale {slot}",
            help="What a squared error is read as: 0.707 makes one nat of each",
        )
    return found


def _sense(beta: float) -> str:
    """What such a weight does."""
    if beta > 10:
        return "Far above 1: expect blur, and units that collapse."
    if beta > 1.5:
        return "Above 1: order and blur, as in a beta-VAE."
    if beta >= 0.67:
        return "About 1: the ELBO."
    if beta >= 0.05:
        return "Below 1: sharper reconstructions, and codes that leave the prior."
    return "Almost 0: nearly a plain autoencoder, whose prior samples mean nothing."
