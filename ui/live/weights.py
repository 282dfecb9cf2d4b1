"""What the browser computes with, by the hash of its content; a path is never asked for.

The element names a hash, the browser fetches it once from the route here and keeps it for good.
"""

import re
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vae.config import ModelConfig
from vae.export.layers import Part, PartName, build, read_weights

LIMIT = 256 * 2**20
"""Bytes that are kept; what was used longest ago goes first."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "identity",  # floats do not compress: packing them takes longer than sending
}

_Key = tuple[Path, str, PartName]
_parts: OrderedDict[_Key, Part] = OrderedDict()
_lock = Lock()


def digest(weights: Path, version: str, config: ModelConfig, part: PartName) -> str:
    """The hash under which the browser finds a part of a model, as its file is in this version.

    Raises:
        CheckpointError: weights that cannot be read or do not fit the settings.
    """
    key = (weights, version, part)
    with _lock:
        if key not in _parts:
            _parts[key] = build(part, config, read_weights(weights))
        _parts.move_to_end(key)
        while len(_parts) > 1 and sum(len(kept.blob) for kept in _parts.values()) > LIMIT:
            _parts.popitem(last=False)
        return _parts[key].digest


async def answer(request: Request) -> Response:
    """The blob of a hash."""
    asked = request.path_params["digest"]
    blob = _find(asked) if _DIGEST.fullmatch(asked) else None
    if blob is None:
        return PlainTextResponse("No such weights. Reload the page.", status_code=404)
    return Response(blob, media_type="application/octet-stream", headers=_FOR_GOOD)


def _find(asked: str) -> bytes | None:
    with _lock:
        return next((part.blob for part in _parts.values() if part.digest == asked), None)


ROUTES = [
    Route("/api/weights/{digest}", answer),
    Route(
        "/{base:path}/api/weights/{digest}", answer
    ),  # below server.baseUrlPath, or a proxy's path
]
"""For `st.App`."""
