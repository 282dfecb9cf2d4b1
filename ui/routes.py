"""What the server answers besides Streamlit's own pages and files."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from ui.live import blobs


def _explore(request: Request) -> RedirectResponse:
    """Lead to where Streamlit has its first page, which alone bears no name in the address."""
    return RedirectResponse(f"./?{request.url.query}")


ROUTES = [
    *blobs.ROUTES,
    *(Route(f"{below}/explore", _explore) for below in blobs.BELOW),
]
"""For `st.App`."""
