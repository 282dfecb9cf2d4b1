"""What all live elements share, in Chromium."""

from typing import Any

import pytest
from playwright.sync_api import Page

from ui.live.bundle import script

KIND = """
const { Element, shown } = made;
globalThis.log = [];
class Kind extends Element {
  constructor(root) { super(root); log.push("built"); }
  update(component) { log.push(component.data); }
  end() { log.push("ended"); }
}
globalThis.place = document.body.appendChild(document.createElement("div"));
const parentElement = place.attachShadow({ mode: "open" });
globalThis.show = (data) => shown(Kind)({ parentElement, data: [data] });
"""


@pytest.fixture
def shared(page: Page) -> Page:
    """A page with an element that writes down what is done to it."""
    made = script("base/element.js").replace("const { Element, shown }", "globalThis.made")
    page.add_script_tag(content=f"{made}\n{{{KIND}}}")
    return page


def told(page: Page, script: str) -> Any:
    """What was done to it."""
    return page.evaluate(f"() => {{ {script} return log; }}")


def test_a_call_that_is_overtaken_ends_nothing(shared: Page) -> None:
    """Streamlit ends a call when a newer one came before its script: the element is not built twice."""
    calls = "const first = show(1); show(2); first(); show(3);"
    assert told(shared, calls) == ["built", 1, 2, 3]


def test_what_is_taken_from_the_page_ends(shared: Page) -> None:
    """Once, and another in its place begins anew."""
    calls = "const last = show(1); place.remove(); last(); document.body.append(place); show(2);"
    assert told(shared, calls) == ["built", 1, "ended", "built", 2]
