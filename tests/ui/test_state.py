"""A code in the address."""

import pytest

from ui import state


def test_a_code_survives_the_address() -> None:
    """Units that are not zero are written, and read back."""
    assert state.format_code([0, 1.25, -0.5, 0.001]) == "1:1.25,2:-0.50"
    assert state.parse_code("1:1.25,2:-0.50") == {1: 1.25, 2: -0.5}
    assert state.format_code([0, 0]) == ""


@pytest.mark.parametrize("text", ["", "x", "1:", ":2", "1:nan", "-1:2", "1:inf", "1:2:3", "a:1"])
def test_nonsense_in_the_address_is_left_out(text: str) -> None:
    """What is no unit with a finite value is no part of the code."""
    assert state.parse_code(text) == {}
