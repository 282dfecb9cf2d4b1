"""A hand that is quicker than the network: everything is pressed while models and pictures are on their way."""

import pytest
from playwright.sync_api import Page, Route

from tests.browser.test_explore import runs_of_server, settle
from tests.ui import tiny
from vae.jobs import Run

PRESSED = """() => {
  const all = (root) => [...root.querySelectorAll("*")]
    .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const inside = all(document.querySelector(".stMain")).filter((e) => e.getRootNode() !== document);
  const seen = inside.filter((e) => e.checkVisibility() && !e.disabled);
  let count = 0;
  for (const e of seen) {
    if (e.matches("button:not(.open):not(.explore):not([title*='open in Explore'])")) count++, e.click();
    else if (e.matches("input[type=range]")) {
      count++;
      e.value = e.max;
      e.dispatchEvent(new Event("input"));
      e.dispatchEvent(new Event("change"));
    } else if (e.matches("canvas")) {
      const { left, top, width, height } = e.getBoundingClientRect();
      const at = (x, y) => ({ bubbles: true, composed: true, pointerId: 1, isPrimary: true,
        button: 0, buttons: 1, clientX: left + x * width, clientY: top + y * height });
      e.setPointerCapture = () => {};
      count++;
      for (const [name, x, y] of [["down", 0.3, 0.3], ["move", 0.7, 0.3], ["move", 0.7, 0.7], ["up", 0.3, 0.7]])
        e.dispatchEvent(new PointerEvent(`pointer${name}`, at(x, y)));
    }
  }
  return count;
}"""
"""Press what there is in live elements, but what leads to another page; how much that was."""

ADDRESSES = {
    "explore": "?model=vae-z16",
    "reconstruct": "reconstruct?model=vae-z16",
    "generate": "generate?model=cvae-z16",
    "generate by a prior that is learned": "generate?model=runs/{vamp}",
    "interpolate": "interpolate?model=vae-z2",
    "map": "map?model=vae-z2",
    "compare": "compare",
    "panes": "compare?layout=two&panes=autoencoder-z2,vae-z2",
    "posterior": "posterior?model=vae-z2",
    "train": "train?run=vae-z2",
}


@pytest.fixture
def vamp(server: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A model whose prior is learned, and has to be fetched too."""
    settings = tiny.config({"prior": {"kind": "vamp", "components": 4}})
    return tiny.stopped_run(runs_of_server(tmp_path_factory), settings)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=list(ADDRESSES))
def test_a_press_on_what_is_not_there_yet(
    server: str, page: Page, complaints: list[str], vamp: Run, address: str
) -> None:
    """Nothing fails while it is on its way, nor when it has come."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/**", hold)
    page.goto(f"{server}/{address.format(vamp=vamp.name)}")
    page.locator("canvas").first.wait_for(state="attached")
    while not held:
        page.wait_for_timeout(50)
    settle(page)
    assert page.evaluate(PRESSED) > 0
    for route in held:  # more of them, as what has come asks for more
        route.continue_()
        page.wait_for_timeout(100)
        page.evaluate(PRESSED)
    page.unroute("**/api/**")
    settle(page)
    page.evaluate(PRESSED)
    settle(page)
    assert complaints == []
