"""Disentangle: is a latent unit one factor of the pictures? Six metrics, each with its working."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import frame, state
from ui.disentangle import score_tables, score_view, scores
from ui.disentangle.score_words import PUBLISHED_NOTE
from ui.disentangle.scores import MADE_UP, MEAN, SAMPLE, Choice, Code

CODES = {MEAN: "Mean", SAMPLE: "Sample"}
FACTORS = {True: "All five", False: "Without shape"}
CHOSEN_FIRST = 3  # models, besides the made-up codes


def pick(codes: dict[str, Code]) -> list[Code]:
    """The codes to compare."""
    models = [key for key, code in codes.items() if code.digest]
    chosen = st.multiselect(
        "Models of sprites, and codes whose score is known",
        list(codes),
        default=[*models[:CHOSEN_FIRST], *MADE_UP],
        format_func=lambda key: codes[key].title,
        key=state.SCORED,
        persist_state="session",
        help="Made-up codes put the metrics to the test: the true factors, permuted, rotated, noise.",
    )
    return [codes[key] for key in chosen]


def choose(left: DeltaGenerator, right: DeltaGenerator) -> Choice:
    """What stands for an image, and which factors count."""
    codes = left.segmented_control(
        "Code of a picture",
        list(CODES),
        default=MEAN,
        format_func=CODES.__getitem__,
        required=True,
        key=state.SCORED_CODES,
        persist_state="session",
        help="The mean of q(z|x), or one sample of it.",
    )
    with_shape = right.segmented_control(
        "Factors that count",
        list(FACTORS),
        default=True,
        format_func=FACTORS.__getitem__,
        required=True,
        key=state.SCORED_FACTORS,
        persist_state="session",
        help="All five vary in the pictures either way.",
    )
    return Choice(str(codes), bool(with_shape))


st.html(scores.CSS)
left, middle, right = st.columns([5, 2, 3], gap="medium")
with left:
    codes, problems = scores.codes()
    chosen = pick(codes)
asked = choose(middle, right)
if problems:
    st.warning(frame.as_plain_text("\n".join(problems)))
if chosen:
    found = {code.key: code.found(asked) for code in chosen}
    st.html(score_tables.overview(*score_tables.chosen_rows(chosen, found)))
    score_view.show_missing([code for code in chosen if not found[code.key]], asked)
    score_view.show_working(chosen, found)
    st.caption(PUBLISHED_NOTE)
    score_view.show_strips(chosen, found)
else:
    st.info("Choose at least one model or code above.")
