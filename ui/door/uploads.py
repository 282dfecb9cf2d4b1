"""How much of what visitors upload is held at once: Streamlit bounds each file, and keeps all of them."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

LIMIT = 10**9
"""Bytes of all uploads in memory, of everybody together."""
ROUTE = "/_stcore/upload_file/"
FULL = 507


class Uploads:
    """Refuses an upload for which there is no room beside those held, and those on their way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not (scope["type"] == "http" and scope["method"] == "PUT" and ROUTE in scope["path"]):
            await self._app(scope, receive, send)
            return
        size = _size(Headers(scope=scope))
        if held() + self._coming + size > LIMIT:
            text = "The server holds as many uploads as it can. Try again in a few minutes."
            await PlainTextResponse(text, FULL)(scope, receive, send)
            return
        self._coming += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming -= size


def held() -> int:
    """Bytes of the uploads that are in memory."""
    if not runtime.exists():
        return 0
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager), "the one that `st.App` has"
    sessions = [*manager.file_storage.values()]
    return sum(len(file.data) for files in sessions for file in [*files.values()])


def _size(headers: Headers) -> int:
    """Bytes that an upload brings; where it does not say, the most that Streamlit takes."""
    said = headers.get("content-length", "")
    return int(said) if said.isdecimal() else int(config.get_option("server.maxUploadSize")) * 2**20
