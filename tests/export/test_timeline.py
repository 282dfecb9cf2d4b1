"""Which moments are kept, and what a damaged folder still gives."""

from itertools import pairwise
from pathlib import Path

import pytest

from vae.export import timeline


@pytest.mark.parametrize("stride", [1, 7])
def test_few_are_kept_and_none_is_missed_later(stride: int) -> None:
    """Never more than asked for, the first and the last among them; what is dropped stays dropped."""
    steps: list[int] = []
    for step in range(0, 3000, stride):
        steps.append(step)
        steps = sorted(timeline.kept(steps, 20))
        assert len(steps) <= 20
        assert steps[0] == 0
        assert steps[-1] == step
    assert len(steps) >= 10
    gaps = [b - a for a, b in pairwise(steps[:-1])]
    assert gaps[0] < gaps[-1], "a model changes most when it begins"


def test_damaged_moments_are_passed_over(tmp_path: Path) -> None:
    """Half a file, an empty one and a foreign one are no moments."""
    for step, content in enumerate((b"", b"half of", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ")):
        timeline.path_of(tmp_path, step).write_bytes(content)
    assert timeline.moments(tmp_path) == []
    assert timeline.held_out(tmp_path) is None
    assert timeline.moments(tmp_path / "nowhere") == []
