"""What browsers are told to forbid on our pages, in the headers of every answer."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(host: str) -> Mapping[str, str]:
    """The headers for a page of this host; an empty one has nothing but text."""
    return _FIXED | {"Content-Security-Policy": _content(host)}


def _content(host: str) -> str:
    """Where what a page consists of may come from: this server, or the page itself.

    Streamlit writes styles into the page, and loads each live element's script from the page's own
    memory (`blob:`). The socket is named because older browsers do not count it as the page's own.
    """
    socket = f" ws://{host} wss://{host}" if host else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {_own_scripts()}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            f"connect-src 'self' data: blob:{socket}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


@cache
def _own_scripts() -> str:
    """The hashes of what Streamlit's page has of scripts in itself."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    hashes = (b64encode(sha256(script).digest()).decode() for script in _INLINE.findall(page))
    return " ".join(f"'sha256-{each}'" for each in hashes)
