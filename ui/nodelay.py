"""Answers and messages that leave the server at once.

Streamlit opens its socket without naming a protocol. asyncio then does not know it for TCP and leaves
Nagle's algorithm on: what follows a small packet waits until the browser has confirmed that one, which
browsers put off for up to 40 ms. A page of sixty files and every rerun wait many times.
"""

import socket
from asyncio import AbstractEventLoop, Server
from contextlib import suppress
from typing import Any


def send_at_once(loop: AbstractEventLoop) -> None:
    """Let no connection wait that this loop accepts on a socket given to its `create_server`."""
    create_server = loop.create_server

    async def create(*args: Any, sock: socket.socket | None = None, **options: Any) -> Server:
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            # What a listening socket is set to holds for the connections that it accepts.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await create_server(*args, sock=sock, **options)

    with suppress(AttributeError):  # uvloop's, which turns it off by itself
        loop.create_server = create  # type: ignore[method-assign]
