"""What a browser reports of a code, whatever it says."""

from typing import Any

import pytest

from ui.live.viewed import code


@pytest.mark.parametrize(
    ("said", "z"),
    [
        ([1, -0.5], (1.0, -0.5)),
        ([10**400, 1], (0.0, 1.0)),
        ([float("inf"), float("nan")], (0.0, 0.0)),
        (["1", None], (0.0, 0.0)),
        ([1, 2, 3], (1.0, 2.0)),
        ([1], (1.0, 0.0)),
        ("12", (0.0, 0.0)),
        (None, (0.0, 0.0)),
    ],
)
def test_a_code_is_numbers_of_its_length(said: Any, z: tuple[float, float]) -> None:
    """What is no number that can be shown is zero; what is too much or missing too."""
    assert code({"z": said}, units=2, classes=0) == (z, None)


@pytest.mark.parametrize(("said", "label"), [(2, 2), (3, 0), (-1, 0), ("2", 0), (None, 0)])
def test_a_label_is_one_that_there_is(said: Any, label: int) -> None:
    """Any other one is the first."""
    assert code({"z": [0], "label": said}, units=1, classes=3)[1] == label
