"""Paths that a session names."""

from pathlib import Path

import pytest

from ui import cached
from ui.door import paths
from vae import places


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was looked at on the disk."""
    seen: list[object] = []

    def version(config: object) -> str:
        seen.append(config)
        return ""

    monkeypatch.setattr(places, "version", version)
    return seen


@pytest.mark.parametrize("name", ["folder", "mnist"])
def test_from_elsewhere_every_path_has_the_same_answer(
    name: str, tmp_path: Path, looks: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether something is there is not said, and not looked at."""
    monkeypatch.setattr(paths, "at_machine", lambda: False)
    (tmp_path / "there.zip").write_bytes(b"no zip")
    there = ["/etc/shadow", "/dev/zero", "/", str(tmp_path), str(tmp_path / "there.zip")]
    said = {cached.data_note(name, path).note for path in [*there, "/no/such/place"]}  # type: ignore[arg-type]
    assert said == {paths.REFUSED}
    assert looks == []


def test_at_the_machine_a_path_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is there reads what is wrong with a path."""
    monkeypatch.setattr(paths, "at_machine", lambda: True)
    assert "does not exist" in cached.data_note("folder", str(tmp_path / "nowhere")).note


def test_data_without_a_path_is_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program knows itself is nobody's secret."""
    monkeypatch.setattr(paths, "at_machine", lambda: False)
    assert "4,500 training images" in cached.data_note("embedded", "").note
