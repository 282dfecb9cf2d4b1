"""A picture from a file or a camera, and how it is prepared: step by step, and open to correction."""

from typing import TYPE_CHECKING

import streamlit as st

from ui import cached, frame, pictures, state
from ui.catalogue import Entry
from vae.config import Shape
from vae.framing import FRAMINGS

if TYPE_CHECKING:
    from vae.data.prepare import Prepared, Settings

TYPES = [
    *("png", "jpg", "jpeg", "jfif", "webp", "heic", "heif", "bmp", "gif"),
    *("tif", "tiff", "pgm", "ppm", "pbm"),
]
"""As `vae.data.decode` reads them, which would load torch."""
MOST_MB = 64
AUTOMATIC, YES, NO = "Automatic", "Yes", "No"
STEP_SIDE = 320
"""Side at which a step is sent."""


def show(entry: Entry, *, camera: bool) -> None:
    """Ask for a picture, show how it is prepared, and put the result on the pad."""
    left, right = st.columns([1, 3], gap="medium")
    with left:
        given = (
            st.camera_input("Photograph a picture", key=state.UPLOAD)
            if camera
            else st.file_uploader(
                "A picture: drawn on paper, photographed, any size",
                type=TYPES,
                max_upload_size=MOST_MB,
                key=state.UPLOAD,
            )
        )
    if given is None:
        return
    with right, frame.errors_shown():
        steps = st.container()
        with st.expander("Correct the preparation"):
            settings = _ask(entry)
        prepared = _prepared(given.getvalue(), entry, settings)
        with steps:
            _row(prepared)
        shape = entry.config.model.shape
        content = prepared.pixels.tobytes()
        if state.is_news("upload", (given.file_id, content, shape)):
            label = (state.picture(shape) or state.Picture(b"", shape)).label
            state.give_picture(state.Picture(content, shape, label, "upload"))


def _prepared(data: bytes, entry: Entry, settings: "Settings") -> "Prepared":
    return _prepare(data, entry.config.model.shape, entry.config.data.name, settings)


@st.cache_data(max_entries=16, show_spinner="Preparing the picture")
def _prepare(data: bytes, shape: Shape, name: str, settings: "Settings") -> "Prepared":
    cached.load_torch()
    from vae.data.prepare import prepare  # noqa: PLC0415

    framing = next((f for known, f in FRAMINGS.items() if known == name), None)
    return prepare(data, shape, framing, settings)


def _ask(entry: Entry) -> "Settings":
    """What is done to the picture; as the person says, else as the picture does."""
    cached.load_torch()
    from vae.data.prepare import Settings  # noqa: PLC0415

    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    invert = row.segmented_control(
        "Invert",
        [AUTOMATIC, YES, NO],
        default=AUTOMATIC,
        required=True,
        help="Dark ink on light paper becomes light on dark",
    )
    turn = row.slider("Turn, degrees clockwise", -180, 180, 0, 5, width=260)
    inverted = {AUTOMATIC: None, YES: True, NO: False}[invert or AUTOMATIC]
    if FRAMINGS[entry.config.data.name] is None:
        return Settings(invert=inverted, turn=float(turn))
    by_hand = row.toggle("Set threshold", help="What stands out from the paper by less is paper")
    threshold = row.slider("Threshold", 0.0, 0.95, 0.3, 0.05, width=200) if by_hand else None
    own = row.toggle("Set margin", help="Room between the ink and the edge of the picture")
    margin = row.slider("Margin", 0.0, 0.4, 0.15, 0.01, width=200) if own else None
    return Settings(
        invert=inverted,
        turn=float(turn),
        threshold=threshold,
        margin=margin,
        level=row.toggle("Level", True, help="Take uneven light out"),
        crop=row.toggle("Crop", True, help="Cut to the ink"),
        centre=row.toggle("Centre", True, help="Put the ink in the middle as the data does"),
    )


def _row(prepared: "Prepared") -> None:
    """The picture after every step."""
    figures = (
        f"<figure>{pictures.image_tag(_small(step.pixels), step.name)}"
        f"<figcaption>{step.name}</figcaption></figure>"
        for step in prepared.steps
    )
    st.html(f'<div class="steps">{"".join(figures)}</div>')


def _small(pixels: "pictures.Pixels") -> bytes:
    """The picture as a PNG of no more than it takes to see it."""
    by = max(1, max(pixels.shape[:2]) // STEP_SIDE)
    return pictures.png(pixels[::by, ::by])
