"""What browsers fetch, by the hash of its content; a path is never asked for.

An element names a hash, the browser fetches it once from the route here and keeps it for good.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vae.errors import VaeError

LIMIT = 96 * 2**20
"""Bytes that are kept; what was used longest ago goes first."""
LATEST = 16 * 2**20
"""Bytes of promises that are kept when they were asked for."""
PROMISES = 8192
"""Blobs that may be asked for and are not made yet."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "identity",  # floats do not compress: packing them takes longer than sending
}


@dataclass(frozen=True)
class _Blob:
    content: bytes
    digest: str


_blobs: OrderedDict[Hashable, _Blob] = OrderedDict()
_promises: OrderedDict[str, Callable[[], bytes]] = OrderedDict()
_made: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()
_making = Lock()


def digest(key: Hashable, make: Callable[[], bytes]) -> str:
    """The hash under which browsers find what `key` stands for; made where it is not there (any more)."""
    with _lock:
        found = _blobs.get(key)
        if found is not None:
            _blobs.move_to_end(key)
            return found.digest
    content = make()
    blob = _Blob(content, hashlib.sha256(content).hexdigest())
    with _lock:
        _blobs[key] = blob
        _blobs.move_to_end(key)
        while len(_blobs) > 1 and sum(len(kept.content) for kept in _blobs.values()) > LIMIT:
            _blobs.popitem(last=False)
    return blob.digest


def promised(key: Hashable, make: Callable[[], bytes]) -> str:
    """What browsers ask for to get what `key` stands for, which is made when they do, and not kept.

    For the many moments of a training, of which few are looked at; `key` must say which file it was.
    The latest few are kept after all, since all who watch a training ask for the same.
    """
    name = hashlib.sha256(repr(key).encode()).hexdigest()
    with _lock:
        _promises[name] = make
        _promises.move_to_end(name)
        while len(_promises) > PROMISES:
            _promises.popitem(last=False)
    return name


async def answer(request: Request) -> Response:
    """The blob of a hash."""
    asked = request.path_params["digest"]
    content = None
    if _DIGEST.fullmatch(asked):
        content = find(asked) or await run_in_threadpool(_kept_promise, asked)
    if content is None:
        return PlainTextResponse("This is no longer here. Reload the page.", status_code=404)
    return Response(content, media_type="application/octet-stream", headers=_FOR_GOOD)


def find(asked: str) -> bytes | None:
    """What has this hash; None where it is not kept."""
    with _lock:
        return next((blob.content for blob in _blobs.values() if blob.digest == asked), None)


def _kept_promise(asked: str) -> bytes | None:
    with _making:  # whoever asks for the same in this moment waits for it, and makes nothing
        if asked in _made:
            return _made[asked]
        with _lock:
            make = _promises.get(asked)
        try:
            content = make() if make else None
        except VaeError:  # the file went meanwhile
            return None
        if content is not None:
            _made[asked] = content
            while len(_made) > 1 and sum(map(len, _made.values())) > LATEST:
                _made.popitem(last=False)
        return content


BELOW = ("", "/{base:path}")
"""Where a route lies: at the root, or below server.baseUrlPath or a proxy's path."""
ROUTES = [
    Route(f"{below}/api/{kind}/{{digest}}", answer)
    for kind in ("weights", "points", "moments")
    for below in BELOW
]
