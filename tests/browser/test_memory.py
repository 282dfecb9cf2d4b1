"""What the server loads, once every page was visited."""

import sys
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from benchmarks.memory import READY, new_page
from tests.serving import serve

LARGE = ("pandas", "pyarrow", "scipy", "sklearn", "sympy", "numba", "umap", "torchvision", "onnx")
"""Libraries of 25 to 200 MB each, which no page needs in the server."""
MORE = {
    "map": "[data-testid=stMetric]",
    "diagnose": "[data-testid=stVegaLiteChart] :is(canvas, svg)",
    "compare": "table.terms td",
    "disentangle": "table.scores",
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process has mapped")
def test_no_page_loads_what_it_does_without(browser: Browser, tmp_path: Path) -> None:
    """After a visit to every page the server has torch, and none of the other large libraries.

    By the compiled parts that the process has mapped; what is pure Python comes with one of them.
    """
    with serve("app.py", tmp_path) as server:
        page = new_page(browser)
        page.goto(f"{server.address}/?model=vae-z2")
        for name, ready in READY.items():
            page.get_by_test_id("stTopNavLink").filter(has_text=name.capitalize()).click()
            page.locator(ready).first.wait_for()
            if name in MORE:  # what comes after the page
                page.locator(MORE[name]).first.wait_for()
        page.context.close()
        mapped = {part for each in _files(server.process) for part in Path(each).parts}
        assert "torch" in mapped
        assert mapped.isdisjoint(LARGE), mapped.intersection(LARGE)


def _files(process: psutil.Process) -> list[str]:
    return [each.path for each in process.memory_maps()]
