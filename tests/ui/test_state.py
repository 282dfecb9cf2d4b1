"""The address: a code in it, and choices that agree with the picker and the session."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from ui import state
from ui.state import training

SECONDS = 90


def test_a_code_survives_the_address() -> None:
    """Units that are not zero are written, and read back."""
    assert state.format_code([0, 1.25, -0.5, 0.001]) == "1:1.25,2:-0.50"
    assert state.parse_code("1:1.25,2:-0.50") == {1: 1.25, 2: -0.5}
    assert state.format_code([0, 0]) == ""


@pytest.mark.parametrize("text", ["", "x", "1:", ":2", "1:nan", "-1:2", "1:inf", "1:2:3", "a:1"])
def test_nonsense_in_the_address_is_left_out(text: str) -> None:
    """What is no unit with a finite value is no part of the code."""
    assert state.parse_code(text) == {}


def answer_late() -> None:
    """A form, and a browser whose answer comes when it is told to."""
    import streamlit as st  # noqa: PLC0415 - a script of its own

    from ui import state  # noqa: PLC0415

    state.insist()
    state.prepare_setting("train.epochs", 100, lambda value: True)
    st.number_input("Epochs", step=1, key=state.setting("train.epochs"), persist_state="session")
    state.begin_with(state.settings())
    st.button("Answer", on_click=state.recall, args=("me", {"train.epochs": 17}))


@pytest.mark.parametrize(("typed", "held"), [(None, 17), (5, 5)])
def test_what_a_browser_kept_comes_too_late_for_a_form_that_was_changed(
    typed: int | None, held: int
) -> None:
    """It fills a form that nobody has touched, and puts back nothing."""
    page = AppTest.from_function(answer_late, default_timeout=SECONDS).run()
    if typed is not None:
        page.number_input[0].set_value(typed).run()
    page.button[0].click().run()
    assert page.number_input[0].value == held


def test_what_was_recalled_is_insisted_on_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that has not heard of it yet reports the first form once more; a hand may do so later."""
    page = AppTest.from_function(answer_late, default_timeout=SECONDS).run()
    monkeypatch.setattr(training, "ON_ITS_WAY", math.inf)
    page.button[0].click().run()
    assert page.number_input[0].set_value(100).run().number_input[0].value == 17
    monkeypatch.setattr(training, "ON_ITS_WAY", 0.0)
    assert page.number_input[0].set_value(100).run().number_input[0].value == 100


def choose_a_run() -> None:
    """A page with a picker."""
    import streamlit as st  # noqa: PLC0415 - a script of its own

    from ui import state  # noqa: PLC0415

    options = ["a", "b", "c"]
    state.chosen(state.RUN, options)
    st.radio(
        "Run",
        options,
        key=state.picker(state.RUN),
        on_change=lambda: state.take_choice(state.RUN, options),
    )


def test_another_choice_has_another_picker() -> None:
    """The picker stays while it is used, and is another one where the address moved the choice.

    What a slow browser still reports of the one before is then of no widget that there is.
    """
    page = AppTest.from_function(choose_a_run, default_timeout=SECONDS).run()
    before = page.radio[0].key
    page.radio[0].set_value("b").run()
    assert (page.radio[0].key, page.query_params["run"]) == (before, "b")
    page.query_params["run"] = "c"
    page.run()
    assert page.radio[0].value == "c"
    assert page.radio[0].key != before


def choose_late() -> None:
    """A page that chooses, and is drawn anew with the address that was there before."""
    import streamlit as st  # noqa: PLC0415 - a script of its own

    from ui import state  # noqa: PLC0415

    if state.current(state.RUN) is None:
        st.session_state[state.RUN] = "b"
        state.rerun()
    state.chosen(state.RUN, ["a", "b"])


def test_an_address_from_before_a_choice_does_not_undo_it() -> None:
    """Drawn anew from where the address is older than the session's choice, a page keeps the choice."""
    page = AppTest.from_function(choose_late, default_timeout=SECONDS)
    page.query_params["run"] = "a"
    page.run()
    assert page.session_state["run"] == "b"
    assert page.query_params["run"] == "b"
