"""Who a session belongs to: somebody at the machine itself, or anybody else."""

import os
from collections.abc import Iterable

import streamlit as st

from ui.door import hosts

_OF_PROXIES = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip")
_BEGIN_OF_PROXIES = ("x-forwarded", "cf-", "x-envoy-", "x-amzn-")
"""Headers that only a proxy adds: whoever it speaks for may be anywhere."""


def at_machine() -> bool:
    """Whether this session is of a person at the machine that the app runs on.

    Who comes from there, to a name of the machine for itself, and through no proxy. False wherever
    that is not known, and for all where a proxy is known to stand in front: VAE_ALLOWED_HOSTS names
    what it serves the app as, or VAE_STEER=starter says that all visitors seem to be local.
    """
    if hosts.given() or os.environ.get("VAE_STEER") == "starter":
        return False
    headers = st.context.headers
    # None stands for a loopback address, and for a session that no browser opened: that has no Host.
    peer = st.context.ip_address
    from_here = peer is None or hosts.is_loopback(str(peer))
    host = hosts.name_in(headers.get("Host", ""))
    return from_here and hosts.is_loopback(host) and not through_proxy(headers)


def through_proxy(names: Iterable[str]) -> bool:
    """Whether one of a request's headers is of those that proxies add."""
    lower = [name.lower() for name in names]
    return any(name in _OF_PROXIES or name.startswith(_BEGIN_OF_PROXIES) for name in lower)
