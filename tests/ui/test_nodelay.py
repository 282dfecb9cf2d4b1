"""What the server sends leaves at once."""

import asyncio
import socket
from threading import Thread

import pytest

from ui import ahead


def test_nothing_that_the_server_sends_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection accepted while the app runs has TCP_NODELAY set, as the kernel itself says."""
    monkeypatch.setattr(ahead, "Thread", lambda **_: Thread())

    async def accepted_with() -> int:
        found = asyncio.get_running_loop().create_future()

        class Accepted(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                ours = transport.get_extra_info("socket")
                found.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        async with ahead.lifespan(None):
            listening = socket.socket()  # as Streamlit opens it: of no named protocol
            listening.bind(("127.0.0.1", 0))
            loop = asyncio.get_running_loop()
            async with await loop.create_server(Accepted, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                nodelay = await found
                writer.close()
                await writer.wait_closed()
        return int(nodelay)

    assert asyncio.run(accepted_with())
