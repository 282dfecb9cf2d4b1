"""What a person says of a model is kept beside it."""

from pathlib import Path

from vae.jobs.about import ABOUT, About, read_about, write_about


def test_round_trip(tmp_path: Path) -> None:
    """Title and note come back, without the blanks round them."""
    write_about(tmp_path, About(title="  Sharp one ", note="for Tuesday"))
    assert read_about(tmp_path) == About(title="Sharp one", note="for Tuesday")


def test_a_damaged_file_says_nothing(tmp_path: Path) -> None:
    """A title is never worth an error."""
    (tmp_path / ABOUT).write_text('{"title": 3')
    assert read_about(tmp_path) == About()
