"""What stands before all that the server answers: whom it refuses, and what it has browsers forbid."""

import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from ui.door import hosts
from ui.door.policy import policy

log = logging.getLogger(__name__)

FORBIDDEN = 403
SHOWN = 100
"""Characters of what somebody sent that are said again."""


class Guard:
    """Refuses requests under foreign names and from foreign pages, for pages, files and sockets alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = refusal(headers, opened=is_opened())
        if problem and scope["type"] == "websocket":
            log.warning("A socket was refused. %s", problem)  # browsers show nobody why
            await send({"type": "websocket.close"})
            return
        answer = PlainTextResponse(problem, FORBIDDEN) if problem else self._app
        forbids = policy("" if problem else headers["host"])

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in forbids.items():
                    sent[name] = value
            await send(message)

        await answer(scope, receive, send_guarded)


def refusal(headers: Headers, *, opened: bool) -> str:
    """Why a request is refused, with what to do; empty where it is not."""
    found = headers.getlist("host")
    if len(found) != 1 or not hosts.allows(found[0], opened=opened):
        asked = ", ".join(found)[:SHOWN] or "no name"
        return (
            f"This server does not answer to {asked}. Open it as http://localhost, or, where that is "
            f"a name of yours, start it with {hosts.VARIABLE} set to that name."
        )
    origin = headers.get("origin")
    if origin is None or urlsplit(origin).netloc.lower() == found[0].lower():
        return ""
    return (
        f"A page of {origin[:SHOWN]} asked, and this server answers its own pages alone, those of "
        f"{found[0][:SHOWN]}. A proxy has to pass on the header Host as the browser sent it."
    )


def is_opened() -> bool:
    """Whether the server listens to other machines than its own."""
    return not hosts.is_loopback(str(config.get_option("server.address") or ""))
