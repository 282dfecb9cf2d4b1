"""What the first visitor would wait for, done while the browser still loads Streamlit's own files."""

from asyncio import get_running_loop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Thread

from ui import heap
from ui.door.notice import opening
from ui.nodelay import send_at_once
from vae.errors import VaeError


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Begin once the server is up: before, it would only be kept from answering."""
    heap.give_back()
    send_at_once(get_running_loop())
    if said := opening():
        print(said, flush=True)  # noqa: T201 - the terminal that it was started from
    Thread(target=_prepare, daemon=True).start()
    yield


def _prepare() -> None:
    """Import what Explore draws with, and pack the model that it opens with."""
    from ui import catalogue, installation, picker, sliders  # noqa: F401, PLC0415 - here, not before
    from ui.live import explorer, weights  # noqa: F401, PLC0415
    from vae import jobs  # noqa: PLC0415

    installation.problem()
    with suppress(VaeError):  # which the page shows
        found = catalogue.look(catalogue.shipped_folder(), jobs.root())
        for entry in [*found.entries.values()][:1]:
            weights.digest(entry.weights, entry.version, entry.config.model, "decoder")
