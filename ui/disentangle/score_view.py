"""The scores of codes with their working, what is being measured, and what the factors look like."""

import streamlit as st

from ui import cached, frame, state
from ui.disentangle import factor_strips, score_tables, scoring
from ui.disentangle.score_words import STRIPS_NOTE, WORDS
from ui.disentangle.scores import METRICS, Choice, Code, Scores
from ui.reconstruct import reconstruction

EVERY_SECONDS = 1.0
SIDE_BY_SIDE = 2
"""Workings in a row."""


def show_working(codes: list[Code], found: dict[str, Scores]) -> None:
    """One metric: what it means, how it is computed, and what the scores are made of."""
    metric = st.segmented_control(
        "Show the working of",
        score_tables.shown(found.values()),
        default=METRICS[0],
        format_func=lambda name: WORDS[name].title,
        required=True,
        key=state.SCORED_METRIC,
        persist_state="session",
    )
    words = WORDS[str(metric)]
    st.markdown(f"**{words.meaning}** {frame.as_plain_text(words.how)}")
    st.caption(f"{frame.as_plain_text(words.caption)}.")
    ready = [code for code in codes if metric in found[code.key]]
    for start in range(0, len(ready), SIDE_BY_SIDE):
        beside = ready[start : start + SIDE_BY_SIDE]
        for column, code in zip(st.columns(SIDE_BY_SIDE, gap="large"), beside, strict=False):
            with column, frame.errors_shown(code.title):
                st.html(score_tables.working(code, found[code.key][str(metric)]))


def show_strips(codes: list[Code], found: dict[str, Scores]) -> None:
    """What the factors do, and for one model the unit that tells most of each."""
    ready = [code for code in codes if code.digest and found[code.key]]
    if not ready:
        return
    st.subheader("What a factor does, and the unit that tells most of it", anchor=False)
    titles = {code.key: code.title for code in ready}
    chosen = st.segmented_control(
        "Model",
        list(titles),
        default=ready[0].key,
        format_func=lambda key: frame.as_plain_text(titles[key] if key in titles else str(key)),
        required=True,
        label_visibility="collapsed",
        key=state.SCORED_STRIPS,
    )
    code = next((code for code in ready if code.key == chosen), ready[0])
    score = found[code.key]["mig"]
    best = score_tables.most_telling(score)
    entry = cached.explorable().entries[code.key]
    drawn = factor_strips.table(entry, score.factors, best)
    if drawn.done():
        st.html(drawn.result())
    else:
        reconstruction.await_rest([drawn])
    st.caption(STRIPS_NOTE)


@st.fragment(run_every=EVERY_SECONDS)
def follow(codes: list[Code], asked: Choice) -> None:
    """What is being measured, with Stop; the page is drawn anew when something is there."""
    with frame.errors_shown():
        frame.say_told()
        for code in codes:
            job = scoring.going_on(code, asked)
            if job is None:
                state.rerun()
            bar, button = st.columns([6, 1], vertical_alignment="center")
            bar.progress(job.share, frame.as_plain_text(f"{code.title}: {job.busy}"))
            button.button("Stop", key=f"stop {code.key}", on_click=frame.callback(job.stop))


def show_missing(codes: list[Code], asked: Choice) -> None:
    """Offer to measure what is not known yet, and follow what is being measured."""
    under_way = [code for code in codes if scoring.going_on(code, asked)]
    waiting = [code for code in codes if code not in under_way]
    for why in filter(None, (scoring.failure(code, asked) for code in waiting)):
        st.error(frame.as_plain_text(why))
    if waiting:
        st.button(
            f"Measure {len(waiting)} of them",
            on_click=frame.callback(scoring.start),
            args=(waiting, asked),
            help=f"{frame.as_plain_text(', '.join(code.title for code in waiting))}: some minutes each, "
            "beside the page.",
        )
    if under_way:
        follow(under_way, asked)
