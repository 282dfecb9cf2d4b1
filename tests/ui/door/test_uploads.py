"""Uploads have a bound for everybody together."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ui.door import uploads
from ui.door.uploads import FULL, ROUTE, Uploads

MB = 10**6


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of each upload that is held; tests add to it."""
    sizes: list[int] = []
    monkeypatch.setattr(uploads, "held", lambda: sum(sizes))
    monkeypatch.setattr(uploads, "LIMIT", 100 * MB)
    return sizes


async def _put(door: Uploads, size: int | None, method: str = "PUT", path: str = ROUTE) -> int:
    """The status of an upload of so many bytes, or of one that does not say how many."""
    length = [] if size is None else [(b"content-length", str(size).encode())]
    scope: Scope = {"type": "http", "method": method, "path": f"{path}a/b", "headers": length}
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await door(scope, receive, send)
    return statuses[0]


async def _taken(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("")(scope, receive, send)


def test_full(held: list[int]) -> None:
    """What fits beside those held is taken, what does not is refused, until there is room again."""
    door = Uploads(_taken)
    held.append(60 * MB)
    assert asyncio.run(_put(door, 40 * MB)) == 200
    assert asyncio.run(_put(door, 41 * MB)) == FULL
    held.clear()
    assert asyncio.run(_put(door, 41 * MB)) == 200


def test_an_upload_without_its_size(held: list[int]) -> None:
    """It counts as the largest that Streamlit takes, which is 200 MB."""
    assert asyncio.run(_put(Uploads(_taken), None)) == FULL


def test_those_on_their_way_count(held: list[int]) -> None:
    """Of many that begin at once, as many are taken as have room together."""
    arrived = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await arrived.wait()
        await _taken(scope, receive, send)

    async def many() -> list[int]:
        door = Uploads(slow)
        coming = [asyncio.ensure_future(_put(door, 30 * MB)) for _ in range(5)]
        await asyncio.sleep(0)
        arrived.set()
        return [*await asyncio.gather(*coming), await _put(door, 100 * MB)]

    assert sorted(asyncio.run(many())) == [200, 200, 200, 200, FULL, FULL]


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("DELETE", ROUTE), ("PUT", "/other/")])
def test_all_else_passes(held: list[int], method: str, path: str) -> None:
    """A full server still answers, and lets uploads be taken away."""
    held.append(100 * MB)
    assert asyncio.run(_put(Uploads(_taken), 1, method, path)) == 200
