"""Who counts as being at the machine."""

from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers

from ui.door import visitor


def _at_machine(monkeypatch: pytest.MonkeyPatch, peer: str | None, **headers: str) -> bool:
    """What is said of a session with this peer, as Streamlit names it, and these headers."""
    sent = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    context = SimpleNamespace(ip_address=peer, headers=sent)
    monkeypatch.setattr(visitor, "st", SimpleNamespace(context=context))
    return visitor.at_machine()


@pytest.mark.parametrize(
    ("peer", "host"),
    [(None, "localhost:8501"), (None, "[::1]:8501"), ("::ffff:127.0.0.1", "127.0.0.1:8501")],
)
def test_from_here_to_here(monkeypatch: pytest.MonkeyPatch, peer: str | None, host: str) -> None:
    """A loopback peer that names a loopback host is at the machine."""
    assert _at_machine(monkeypatch, peer, host=host)


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        (None, "lab.example.org"),  # a proxy on this machine
        (None, "192.168.1.5:8501"),  # an address of this machine, as a container's door has it
        ("192.168.1.9", "localhost:8501"),  # whoever writes what they like
        ("192.168.1.9", "192.168.1.5:8501"),
        (None, ""),
    ],
)
def test_from_elsewhere(monkeypatch: pytest.MonkeyPatch, peer: str | None, host: str) -> None:
    """One of the two alone does not tell."""
    assert not _at_machine(monkeypatch, peer, host=host)


def test_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that no browser opened is nobody's at the machine."""
    assert not _at_machine(monkeypatch, None)


@pytest.mark.parametrize("name", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
def test_through_a_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A proxy says who it speaks for, even where that calls itself this machine."""
    assert not _at_machine(monkeypatch, None, host="localhost:8501", **{name: "127.0.0.1"})


@pytest.mark.parametrize(
    ("variable", "value"), [("VAE_ALLOWED_HOSTS", "lab.example.org"), ("VAE_STEER", "starter")]
)
def test_where_a_proxy_is_known(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """Nobody is known to be at the machine where all come through a proxy."""
    monkeypatch.setenv(variable, value)
    assert not _at_machine(monkeypatch, None, host="localhost:8501")
