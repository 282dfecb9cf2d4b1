"""The app without a browser: `app` opens it on a model of the test's own making."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
SECONDS = 300
"""That a run of a page may take, on a machine that has much else to do."""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models that ship, empty."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("VAE_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture
def app(shipped: Path) -> Callable[..., AppTest]:
    """Opens the app at an address: a page, and what the address asks for."""

    def open_app(page: str = "explore", **asked: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "ui" / "frame.py"), default_timeout=SECONDS)
        if page != "explore":
            test.run()
            test.switch_page(f"../pages/{page}.py")
        for name, value in asked.items():
            test.query_params[name] = value
        return test.run()

    return open_app
