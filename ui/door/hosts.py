"""Names that the server answers to, as browsers give them in the header Host.

A page of somebody else's can have its own name lead to this machine, and would then be read as if it
were ours. Its name stays in Host, so a name that nobody gave this machine is refused. An address is
no name, and cannot be made to lead elsewhere.
"""

import os
import re
import socket
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address

VARIABLE = "VAE_ALLOWED_HOSTS"
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+?)\.?(?::[0-9]{1,5})?", re.IGNORECASE)


def name_in(host: str) -> str:
    """The name or address in a Host header, without port and brackets; empty where it holds none."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").lower() if found else ""


def is_loopback(name: str) -> bool:
    """Whether a name or address leads a machine to itself."""
    address = _address(name)
    return name == "localhost" or bool(address and address.is_loopback)


def given() -> tuple[str, ...]:
    """The names in VAE_ALLOWED_HOSTS, under which a proxy serves the app; `*.example.org` has many."""
    names = os.environ.get(VARIABLE, "").lower().replace(",", " ").split()
    return tuple(name.rstrip(".") for name in names)


def allows(host: str, *, opened: bool) -> bool:
    """Whether the server answers to a Host header; `opened` where others than this machine reach it."""
    name = name_in(host)
    if not name:
        return False
    if is_loopback(name) or any(_fits(name, pattern) for pattern in given()):
        return True
    return opened and (_address(name) is not None or name in own())


@cache
def own() -> frozenset[str]:
    """What this machine is called in its network; asks the network once."""
    plain = socket.gethostname().lower()
    return frozenset({plain, f"{plain.partition('.')[0]}.local", socket.getfqdn().lower()})


def _fits(name: str, pattern: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
