"""What the terminal is told of who reaches the app."""

import pytest
from streamlit import config

from ui.door import notice


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
def test_nothing_while_nobody_else_reaches_it(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """There is nothing to say of a server for this machine alone."""
    monkeypatch.setitem(_settings(monkeypatch), "server.address", address)
    assert notice.opening() == ""


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "192.168.1.5"])
def test_who_reaches_it_and_what_they_may_do(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    """An opened one says so, with the port, what others may do and how to close it."""
    monkeypatch.setitem(_settings(monkeypatch), "server.address", address)
    said = notice.opening()
    assert "port 8600" in said
    assert "what their own browser began" in said
    assert "Only you" in said


def test_where_everyone_steers(monkeypatch: pytest.MonkeyPatch) -> None:
    """VAE_STEER=everyone is said."""
    _settings(monkeypatch)
    monkeypatch.setenv("VAE_STEER", "everyone")
    assert "delete every training and model" in notice.opening()


def _settings(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Streamlit's settings, as the test may change them."""
    values: dict[str, object] = {"server.address": None, "server.port": 8600}
    monkeypatch.setattr(config, "get_option", values.__getitem__)
    return values
