"""Which names the server answers to."""

import pytest

from ui.door import hosts
from ui.door.visitor import through_proxy


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8501", "localhost"),
        ("LOCALHOST.", "localhost"),
        ("[::1]:8501", "::1"),
        ("10.0.0.7", "10.0.0.7"),
        ("lab.example.org:443", "lab.example.org"),
        ("", ""),
        ("lab.example.org:x", ""),
        ("me@localhost", ""),
        ("localhost/x", ""),
        ("localhost, evil.example", ""),
    ],
)
def test_name_in_a_host_header(host: str, name: str) -> None:
    """Port, brackets and case are left out; what is no Host header has no name."""
    assert hosts.name_in(host) == name


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "127.0.0.1"])
@pytest.mark.parametrize("opened", [True, False])
def test_names_for_itself(host: str, opened: bool) -> None:
    """What leads a machine to itself is answered always."""
    assert hosts.allows(host, opened=opened)


@pytest.mark.parametrize(
    "host", ["evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("opened", [True, False])
def test_foreign_names(host: str, opened: bool) -> None:
    """A name that nobody gave this machine is refused, whoever may reach it."""
    assert not hosts.allows(host, opened=opened)


def test_addresses_and_own_names_once_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others call the machine by an address or by its name; nobody does while it is closed."""
    monkeypatch.setattr(hosts, "own", lambda: frozenset({"lectern", "lectern.local"}))
    for host in ("192.168.1.5:8501", "[fe80::1]:8501", "lectern:8501", "lectern.local:8501"):
        assert hosts.allows(host, opened=True)
        assert not hosts.allows(host, opened=False)


def test_given_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """VAE_ALLOWED_HOSTS names what a proxy serves the app as."""
    monkeypatch.setenv("VAE_ALLOWED_HOSTS", "lab.example.org, *.teach.example")
    assert hosts.allows("lab.example.org", opened=False)
    assert hosts.allows("a.teach.example:443", opened=False)
    assert not hosts.allows("teach.example.evil", opened=False)
    assert not hosts.allows("notteach.example", opened=False)


@pytest.mark.parametrize(
    ("name", "loopback"),
    [("::1", True), ("127.8.9.1", True), ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False)],
)
def test_loopback_addresses(name: str, loopback: bool) -> None:
    """An IPv4 address that is written as IPv6 is what it stands for."""
    assert hosts.is_loopback(name) is loopback


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "x-forwarded-host", "Forwarded", "Via", "CF-Connecting-IP"]
)
def test_headers_of_proxies(name: str) -> None:
    """What only a proxy adds tells that there is one."""
    assert through_proxy(["Host", name])
    assert not through_proxy(["Host", "Origin", "User-Agent"])
