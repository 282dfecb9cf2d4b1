"""Colours that can be told apart, and seen."""

from itertools import combinations

import numpy as np

from ui import palette

LIGHT, DARK = "#ffffff", "#0e1117"
"""What points lie on."""


def _linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    """WCAG's ratio of luminances."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(_linear(colour) @ weights) + 0.05 for colour in (one, other))
    return high / low


def _oklab(colour: str) -> np.ndarray:
    """Björn Ottosson's OKLab, in which distances are as far as they look."""
    to_cones = np.array(
        [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.63]]
    )
    to_lab = np.array(
        [[0.2105, 0.7936, -0.0041], [1.978, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    )
    return np.asarray(to_lab @ np.cbrt(to_cones @ _linear(colour)))


def test_twenty_classes_have_twenty_colours() -> None:
    """No two look alike: five times what is just to be noticed side by side."""
    colours = [palette.of_class(number) for number in range(20)]
    pairs = combinations(map(_oklab, colours), 2)
    assert min(float(np.linalg.norm(a - b)) for a, b in pairs) > 0.1


def test_every_colour_shows_on_both_backgrounds() -> None:
    """A point of any class is seen in the light and in the dark."""
    assert min(_contrast(colour, LIGHT) for colour in palette.CLASSES) > 1.7
    assert min(_contrast(colour, DARK) for colour in palette.CLASSES) > 2.4
