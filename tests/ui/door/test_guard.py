"""The server from outside: raw requests, as whoever wishes us ill would write them."""

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from starlette.datastructures import Headers
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

from tests.serving import Server, serve
from ui.door.guard import refusal

SECONDS = 120
"""That an answer may take, on a machine that has much else to do."""
PATHS = ("/", "/train", "/explore", "/_stcore/health", "/_stcore/host-config", "/favicon.png")
BLOB = f"/api/weights/{'0' * 64}"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Message
    text: str


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as `streamlit run app.py` starts it."""
    with serve("app.py", tmp_path_factory.mktemp("app")) as started:
        yield started


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose page says who is at the machine."""
    with serve("tests/ui/door/app.py", tmp_path_factory.mktemp("telling")) as started:
        yield started


def _ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to a request that has these headers alone; an upgrade's ends with its headers."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    upgrade = "Upgrade" in headers
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as door:
        door.sendall("\r\n".join(lines).encode())
        got = b""
        while chunk := door.recv(65536):
            got += chunk
            if upgrade and b"\r\n\r\n" in got:
                break
    head, _, body = got.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    return Answer(int(first.split()[1]), message_from_bytes(rest), body.decode("utf-8", "replace"))


def _get(port: int, path: str, host: str = "", **headers: str) -> Answer:
    host = host or f"localhost:{port}"
    return _ask(port, path, **{"Host": host, "Connection": "close"} | headers)


def _upgrade(port: int, host: str, **headers: str) -> Answer:
    return _ask(port, "/_stcore/stream", **{"Host": host} | UPGRADE | headers)


def test_nobody_else_reaches_it(app: Server) -> None:
    """Without a setting the server listens to its own machine alone."""
    listening = {
        c.laddr.ip for c in app.process.net_connections() if c.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize("path", [*PATHS, BLOB])
@pytest.mark.parametrize("host", ["evil.example", "192.168.1.5:8501", "localhost@evil.example"])
def test_a_foreign_name_is_refused(app: Server, path: str, host: str) -> None:
    """Under a name that is not this machine's nothing is answered: no page, no file, no weights."""
    answer = _get(app.port, path, host)
    assert answer.status == 403
    assert "does not answer to" in answer.text
    assert "VAE_ALLOWED_HOSTS" in answer.text


def test_a_foreign_name_with_its_own_pages(app: Server) -> None:
    """A name that was made to lead here is refused with the Origin that goes with it, sockets too."""
    evil = f"evil.example:{app.port}"
    assert _get(app.port, "/", evil, Origin=f"http://{evil}").status == 403
    assert _upgrade(app.port, evil, Origin=f"http://{evil}").status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
def test_a_foreign_page_is_refused(app: Server, origin: str) -> None:
    """A page from elsewhere opens no socket, and is given no weights."""
    assert _upgrade(app.port, f"localhost:{app.port}", Origin=origin).status == 403
    assert _get(app.port, BLOB, Origin=origin).status == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_our_own_pages_are_answered(app: Server, host: str) -> None:
    """Under each of its names for itself the machine has its pages and its socket."""
    own = f"{host}:{app.port}"
    assert _get(app.port, "/", own).status == 200
    assert _upgrade(app.port, own, Origin=f"http://{own}").status == 101


def test_no_host_and_two(app: Server) -> None:
    """A request that names no host, or two, is not answered."""
    assert _ask(app.port, "/", Connection="close").status in (400, 403)
    two = {"Host": f"localhost:{app.port}", "host": "evil.example", "Connection": "close"}
    assert _ask(app.port, "/", **two).status in (400, 403)


@pytest.mark.parametrize("path", [*PATHS, BLOB, "/_stcore/upload_file/x/y", "/no-such.js"])
@pytest.mark.parametrize("host", ["", "evil.example"])
def test_every_answer_says_what_to_forbid(app: Server, path: str, host: str) -> None:
    """Pages, files, errors and refusals alike: no frames and scripts of others', no guessing of types."""
    headers = _get(app.port, path, host).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    rules = dict(
        rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";")
    )
    assert rules["frame-ancestors"] == "'self'"
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'self'"
    assert rules["object-src"] == "'none'"
    scripts = rules["script-src"].split()
    assert not {"*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:"} & set(scripts)


@pytest.mark.parametrize(("size", "status"), [(0, 403), (2 * 10**9, 507)])
def test_uploads_meet_both_doors(app: Server, size: int, status: int) -> None:
    """An upload for which there is no room is refused unread; Streamlit refuses what it did not ask for."""
    headers = {"Host": f"localhost:{app.port}", "Connection": "close", "Content-Length": str(size)}
    answer = _ask(app.port, "/_stcore/upload_file/x/y", "PUT", **headers)
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def _told(port: int, host: str, **headers: str) -> str:
    """What the page tells a browser that opens its socket under this name, with these headers."""
    with connect(
        f"ws://{host}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", port), timeout=SECONDS),
        origin=Origin(f"http://{host}"),
        additional_headers=headers,
        subprotocols=[Subprotocol("streamlit")],
        open_timeout=SECONDS,
        proxy=None,
    ) as door:
        door.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while True:
            got = door.recv(timeout=SECONDS)
            if isinstance(got, bytes) and (
                said := re.search(rb"at the machine: (True|False)", got)
            ):
                return said[1].decode()


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "True"),
        ({"X-Forwarded-For": "127.0.0.1"}, "False"),
        ({"X-Forwarded-For": "10.0.0.7", "X-Forwarded-Proto": "https"}, "False"),
        ({"Forwarded": "for=127.0.0.1"}, "False"),
        ({"Via": "1.1 proxy"}, "False"),
    ],
)
def test_who_is_at_the_machine(telling: Server, headers: dict[str, str], told: str) -> None:
    """A page knows a browser at the machine from whatever a proxy on the machine passes on."""
    assert _told(telling.port, f"localhost:{telling.port}", **headers) == told


def test_a_named_proxy(tmp_path: Path) -> None:
    """Under a proxy's name the app works, and nobody is at the machine, whatever name they write."""
    with serve("tests/ui/door/app.py", tmp_path, VAE_ALLOWED_HOSTS="lab.example.org") as behind:
        assert _told(behind.port, "lab.example.org") == "False"
        assert _told(behind.port, f"localhost:{behind.port}") == "False"


def test_opened_to_others() -> None:
    """Once it is opened, addresses are answered, and pages of others' still are not."""
    here = Headers({"Host": "192.168.1.5:8501", "Origin": "http://192.168.1.5:8501"})
    assert refusal(here, opened=True) == ""
    assert refusal(here, opened=False) != ""
    foreign = Headers({"Host": "192.168.1.5:8501", "Origin": "http://192.168.1.9:8501"})
    assert "192.168.1.9" in refusal(foreign, opened=True)


def test_what_is_said_again_is_short() -> None:
    """Whoever sends a long name is not sent it back."""
    long = "a" * 100_000
    assert len(refusal(Headers({"Host": long}), opened=True)) < 500
    both = Headers({"Host": "localhost", "Origin": f"http://{long}"})
    assert len(refusal(both, opened=True)) < 500
