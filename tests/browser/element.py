"""The live element in a page: what it shows and how it is moved."""

import re

import torch
from playwright.sync_api import FloatRect, Locator, Page, Request

CANVAS = """(() => {
  const find = (root) => root.querySelector("canvas")
    ?? [...root.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
  return find(document);
})()"""
PICTURE = f"""(() => {{
  const canvas = {CANVAS};
  if (!canvas || canvas.width === 1) return [];
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
    .filter((_, i) => i % 4 === 0);
}})()"""

COUNT_SENT = """() => {
  globalThis.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...a) { globalThis.sent++; return send.apply(this, a); };
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
STILL = """async (element) => {
  await document.fonts.ready;
  return new Promise((done) => {
    let [before, frames] = ["", 0];
    const look = () => {
      if (!element.isConnected) return done(null);
      const { x, y, width, height } = element.getBoundingClientRect();
      const box = { x, y, width, height };
      frames = JSON.stringify(box) === before ? frames + 1 : 0;
      before = JSON.stringify(box);
      if (frames === 6) done(box);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def first_picture(page: Page) -> None:
    """Wait until the element shows one."""
    page.wait_for_function(f"() => ({PICTURE}).some(Boolean)")


def picture(page: Page) -> torch.Tensor:
    """The red values of the picture, after the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return torch.tensor(page.evaluate(PICTURE))


def slider(page: Page, unit: int) -> Locator:
    """The slider of a unit."""
    return page.get_by_role("slider", name=re.compile(rf"^Unit {unit}(,|$)"))


def box_of(what: Locator) -> FloatRect:
    """Where something is, once it has stood still for some frames: a page may still be laid out."""
    found: FloatRect | None = None
    while found is None:  # it was drawn anew meanwhile
        what.wait_for()
        found = what.evaluate(STILL)
    return found


def heard(page: Page) -> list[str]:
    """What is asked of the server from now on, but for Streamlit's own files, which may come late.

    What goes over its socket is counted in `sent`.
    """
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.evaluate(COUNT_SENT)
    return asked


def assert_same(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Equal but for the rounding of a value between two steps."""
    torch.testing.assert_close(found.float(), expected, rtol=0, atol=1)
