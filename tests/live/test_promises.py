"""What browsers may ask for that is made only when they do."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from ui.live import blobs
from vae.errors import CheckpointError


def _asked(name: str) -> Response:
    scope = {"type": "http", "path_params": {"digest": name}}
    return asyncio.run(blobs.answer(Request(scope)))


def test_made_when_asked() -> None:
    """Nothing is made before; another file of the same name has another promise."""
    made: list[int] = []
    name = blobs.promised(("moment", "1"), lambda: made.append(1) or b"content")  # type: ignore[func-returns-value]
    assert made == []
    assert _asked(name).body == b"content"
    assert blobs.promised(("moment", "2"), lambda: b"other") != name


def test_made_once_for_all_who_watch() -> None:
    """Whoever asks for the latest moment gets what was made for the first, even when its file went."""
    made: list[int] = []
    name = blobs.promised("latest", lambda: made.append(1) or b"content")  # type: ignore[func-returns-value]
    assert [_asked(name).body for _ in range(25)] == [b"content"] * 25
    assert made == [1]


def test_what_went_meanwhile_is_not_found() -> None:
    """A moment that was thinned out is told as missing, not as a failure of the server."""

    def gone() -> bytes:
        raise CheckpointError("It is gone.")

    assert _asked(blobs.promised("thinned out", gone)).status_code == 404
