"""How a picture's numbers come about: the formula, the numbers in it, and where they lie."""

import streamlit as st

from ui import charts
from ui.catalogue import Entry
from ui.naming import number
from ui.reconstruct.measuring import HELD_OUT_SAMPLES, SAMPLES, Measured
from ui.reconstruct.reconstruction import Answer
from vae.config import BernoulliConfig

MARK = "#d67f1c"


def show(entry: Entry, found: Answer) -> None:
    """The working, folded away until it is asked for."""
    of = found.measured
    if of is None:
        return
    with st.expander("How these numbers come about"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("\n\n".join(_sentences(entry, of)))
        with right:
            if of.kl is not None:
                st.vega_lite_chart(charts.of(_bounds_table(of), _bounds_chart()), key="bounds")
            if found.usual is not None and len(found.usual):
                table = {"score": found.usual.tolist()}
                st.vega_lite_chart(charts.of(table, _usual_chart(of)), key="usual")


def _sentences(entry: Entry, of: Measured) -> list[str]:
    grey = isinstance(entry.config.model.likelihood, BernoulliConfig)
    pixels = (
        "Each grey pixel counts as black and white in its proportion: recon is the mean over such "
        "pictures, log p(x) a lower bound of it."
        if grey
        else ""
    )
    if of.kl is None or of.elbo is None:
        return [
            f"**recon** = \N{MINUS SIGN}log p(x|z) = **{number(of.recon)} nats**, at the code of x.",
            "A plain autoencoder has no prior and no posterior: neither KL nor log p(x).",
            pixels,
        ]
    used = [kl for kl in sorted(of.kl_per_unit, reverse=True) if kl >= 0.01]
    parts = " + ".join(number(kl, 2) for kl in used[:6]) + (" + …" if len(used) > 6 else "")
    return [
        f"**recon** = mean of \N{MINUS SIGN}log p(x|z) over {SAMPLES} codes z from q(z|x) = "
        f"**{number(of.recon)} ± {of.recon_error:.1f} nats**",
        f"**KL** = sum over units = {parts} = **{number(of.kl)} nats**",
        f"**ELBO** = \N{MINUS SIGN}({number(of.recon)} + {number(of.kl)}) = **{number(of.elbo)} nats**",
        f"**log p(x)** ≥ log of the mean of p(x, z) / q(z|x) over the same {SAMPLES} codes = "
        f"**{number(of.log_px(SAMPLES))} nats**; {of.effective_samples:.0f} of them carry it "
        "(effective sample size). The chart shows how the bound rises with their number.",
        f"**Gap** log p(x) \N{MINUS SIGN} ELBO ≥ {number(of.log_px(SAMPLES) - of.elbo)} nats: what q(z|x) "
        "loses against the true posterior.",
        f"Held-out pictures are measured alike, with {HELD_OUT_SAMPLES} codes each.",
        pixels,
    ]


def _bounds_table(of: Measured) -> charts.Table:
    counts = [k for k in range(1, SAMPLES + 1) if SAMPLES % k == 0]
    return {"samples": counts, "nats": [of.log_px(k) for k in counts]}


def _bounds_chart() -> dict[str, object]:
    return _sized(
        "Bound of log p(x) by the number of samples, nats",
        {
            "mark": {"type": "line", "point": {"size": 50}, "color": charts.TRAINING},
            "encoding": {
                "x": {
                    "field": "samples",
                    "type": "quantitative",
                    "scale": {"type": "log", "domain": [1, SAMPLES]},
                    "axis": {"values": [1, 10, 100, SAMPLES], "grid": False},
                    "title": None,
                },
                "y": {
                    "field": "nats",
                    "type": "quantitative",
                    "scale": {"zero": False},
                    "title": None,
                    "axis": {"tickCount": 4},
                },
            },
        },
    )


def _usual_chart(of: Measured) -> dict[str, object]:
    """A histogram of the held-out scores, with this picture's place in it."""
    name = "\N{MINUS SIGN}recon" if of.kl is None else "ELBO"
    line = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": MARK},
        "encoding": {"x": {"datum": of.score}},
    }
    bars = {
        "mark": {"type": "bar", "color": charts.TRAINING},
        "encoding": {
            "x": {"field": "score", "bin": {"maxbins": 30}, "type": "quantitative", "title": None},
            "y": {
                "aggregate": "count",
                "type": "quantitative",
                "title": None,
                "axis": {"tickCount": 3},
            },
        },
    }
    return _sized(
        f"{name} of held-out pictures, nats; the line is this picture", {"layer": [bars, line]}
    )


def _sized(title: str, chart: dict[str, object]) -> dict[str, object]:
    size = charts.FONT_SIZE
    return {
        "title": {"text": title, "fontSize": size, "fontWeight": 500, "anchor": "start"},
        "height": 170,
        "config": {"axis": {"labelFontSize": size, "titleFontSize": size}},
        **chart,
    }
