"""The frame round every page: the title, the way between pages, and errors in plain words."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import installation, state
from ui.plain_text import as_plain_text as as_plain_text  # noqa: PLC0414 - for all that draws
from vae.errors import VaeError
from vae.untrusted import shortened

TITLE = "Latent-space laboratory"
PAGES = Path(__file__).parents[1] / "pages"
EXPLORE = PAGES / "explore.py"
RECONSTRUCT = PAGES / "reconstruct.py"
GENERATE = PAGES / "generate.py"
INTERPOLATE = PAGES / "interpolate.py"
MAP = PAGES / "map.py"
COMPARE = PAGES / "compare.py"
DIAGNOSE = PAGES / "diagnose.py"
DISENTANGLE = PAGES / "disentangle.py"
POSTERIOR = PAGES / "posterior.py"
TRAIN = PAGES / "train.py"
MODELS = PAGES / "models.py"
STYLE = Path(__file__).with_name("style.css")

OURS = "This part failed, and the fault is ours. Reload the page; details are in the server's log."
# Characters of an error: what it quotes may be of any length. No docstring: Streamlit would draw it here.
LONGEST = 600

P = ParamSpec("P")

log = logging.getLogger(__name__)


def show() -> None:
    """Draw the frame, and in it the page that was chosen."""
    st.set_page_config(page_title=TITLE, layout="wide")
    page = st.navigation(
        [
            st.Page(EXPLORE, title="Explore", default=True),
            st.Page(RECONSTRUCT, title="Reconstruct"),
            st.Page(GENERATE, title="Generate"),
            st.Page(INTERPOLATE, title="Interpolate"),
            st.Page(MAP, title="Map"),
            st.Page(COMPARE, title="Compare"),
            st.Page(DIAGNOSE, title="Diagnose"),
            st.Page(DISENTANGLE, title="Disentangle"),
            st.Page(POSTERIOR, title="Posterior"),
            st.Page(TRAIN, title="Train"),
            st.Page(MODELS, title="Models"),
        ],
        position="top",
    )
    st.html(STYLE)
    if problem := installation.problem():
        st.error(problem)
        return
    missed = above()
    with errors_shown():
        page.run()
    with missed:
        say_told()
        _say_missed()


def _say_missed() -> None:
    """What the address asks for and is not there, as far as the page has not said it: a sentence each."""
    sentences = [
        f"The address asks for {what}={shortened(asked)}, which means nothing here: it is left out."
        for what, asked in state.all_asked_in_vain().items()
    ]
    if sentences:
        st.warning(as_plain_text("\n".join(sentences)))


@contextmanager
def errors_shown(name: str = "") -> Iterator[None]:
    """Show what goes wrong inside as a sentence; what is our own fault goes to the log whole.

    A fragment that reruns by itself runs outside the frame and needs its own; a part that falls alone
    among others has its `name` said.
    """
    part = f"{as_plain_text(shortened(name))}: " if name else ""
    try:
        yield
    except Exception as error:
        st.error(part + _sentence(error))


def _sentence(error: Exception) -> str:
    """What a person is told of an error that is handled; what is our own fault goes to the log whole."""
    if isinstance(error, VaeError):
        return as_plain_text(shortened(str(error), LONGEST))
    log.exception("A page failed")
    return installation.explanation(error) or OURS


def callback(action: Callable[P, object]) -> Callable[P, None]:
    """An action for `on_click` or `on_change`: what goes wrong in it is a sentence at the next drawing.

    Callbacks run before the page, outside its frame. All that touch disk, queue or models go through this.
    """

    @wraps(action)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            action(*args, **kwargs)
        except Exception as error:
            state.tell(_sentence(error))

    return guarded


def say_told() -> None:
    """Say what a callback had to say; a fragment with callbacks of its own says it itself."""
    if said := state.told():
        st.error(said)


def fell(name: str, draw: Callable[[], object]) -> bool:
    """Draw a part that falls alone: whether it did, which is said in its place."""
    stands = False
    with errors_shown(name):
        draw()
        stands = True
    return not stands


def above() -> DeltaGenerator:
    """A place for what may be said above a live element, or above a row of buttons.

    What is below keeps its own place, and lives on, whatever is said here: what Streamlit finds at
    another place it builds anew, and shows beside the old one until the page is drawn.
    """
    return st.container()


def turns() -> DeltaGenerator:
    """A place for buttons that take turns, of which one is there at a time.

    Streamlit lets the one that goes linger beside the one that comes, until the page is drawn: what
    stands beside them would move, and a press on it be lost. `style.css` hides it.
    """
    return st.container(width="content", key="turns")


if __name__ == "__main__":  # as the script of an st.App
    show()
