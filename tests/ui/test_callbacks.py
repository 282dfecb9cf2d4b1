"""Callbacks of widgets: what goes wrong in one is a sentence on the page."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ui import frame
from vae.errors import RunError

SECONDS = 60


def _press(fault: Exception) -> AppTest:
    def page(fault: Exception) -> None:
        import streamlit as st  # noqa: PLC0415

        from ui import frame  # noqa: PLC0415

        def act() -> None:
            raise fault

        frame.say_told()
        st.button("Act", on_click=frame.callback(act))

    opened = AppTest.from_function(page, default_timeout=SECONDS, kwargs={"fault": fault}).run()
    pressed: Callable[[], AppTest] = opened.button[0].click().run
    return pressed()


def test_a_mistake_is_its_sentence() -> None:
    """It stands on the page as plain text, and the page goes on below it."""
    page = _press(RunError("The folder of a_run_ is gone. Pick another."))
    assert not page.exception
    assert [error.value for error in page.error] == [
        r"The folder of a\_run\_ is gone. Pick another."
    ]
    assert page.button[0].label == "Act"


def test_a_fault_of_ours_is_owned_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The page says that it is ours; the log has it whole."""
    page = _press(ZeroDivisionError("deep inside"))
    assert not page.exception
    assert [error.value for error in page.error] == [frame.OURS]
    assert "deep inside" in caplog.text


def test_it_is_said_once() -> None:
    """The next drawing has nothing left to say."""
    page = _press(RunError("Gone."))
    assert not page.run().error
