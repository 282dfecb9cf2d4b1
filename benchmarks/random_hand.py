"""A hand that does anything a page offers, at random and the same for the same seed."""

import random
from contextlib import suppress

from playwright.sync_api import ElementHandle, Page
from playwright.sync_api import Error as PlaywrightError

OFTEN = {"page": 0.12, "reload": 0.01, "canvas": 0.12, "slider": 0.25, "widget": 0.5}
"""What is done how often."""
PAUSE_MS = 150
PATIENCE_MS = 1500
"""For what is covered, or goes away before it is reached."""

SELECTORS = {
    "canvas": "canvas",
    "slider": "input[type=range], [role=slider]",
    "widget": "button, select, summary, [role=combobox], [role=checkbox], [role=radio], "
    "[role=tab], [role=switch], input[type=checkbox], input[type=radio]",
}
OPTIONS = "[role=option]"
UNTOUCHED = (
    "[data-testid=stTopNavLink], [data-testid=stToolbar], [data-testid=stFileUploader], "
    "[data-testid=stCameraInput], [data-testid=stDownloadButton]"
)
WORDS = r"\b(start|sweep|branch|delete|duplicate|copy|import|export|measure|make|try again|train|save|record)\b"
"""What starts a process, takes or gives files, or deletes."""

FIND = """([selector, untouched, words, share]) => {
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (!element.matches(selector) || element.closest(untouched) || element.disabled) continue;
      const { width, height } = element.getBoundingClientRect();
      const said = `${element.textContent} ${element.ariaLabel ?? ""} ${element.title ?? ""}`;
      if (width < 2 || height < 2 || new RegExp(words, "i").test(said)) continue;
      found.push(element);
    }
  };
  look(document);
  return found[Math.floor(share * found.length)] ?? null;
}"""


class RandomHand:
    """One browser's session, and what is done in it."""

    def __init__(self, page: Page, address: str, seed: str) -> None:
        self.page = page
        self.missed = 0
        """Actions that found nothing to act on, or what went away meanwhile."""
        self._random = random.Random(seed)
        page.goto(address)

    def act(self) -> None:
        """Do one thing, and wait a moment."""
        kind = self._random.choices(list(OFTEN), list(OFTEN.values()))[0]
        # As many numbers for each action: what one page lacks does not change all that follows.
        shares = [self._random.random() for _ in range(4)]
        try:
            self._do(kind, shares)
        except PlaywrightError:
            self.missed += 1
            with suppress(PlaywrightError):
                self.page.keyboard.press("Escape")  # a dialog may be before it
        self.page.wait_for_timeout(PAUSE_MS)

    def _do(self, kind: str, shares: list[float]) -> None:
        if kind == "reload":
            self.page.reload()
            return
        if kind == "page":
            links = self.page.get_by_test_id("stTopNavLink")
            links.nth(int(shares[0] * links.count())).click(timeout=PATIENCE_MS)
            return
        element = self._found(SELECTORS[kind], shares[0])
        if element is None:
            self.missed += 1
        elif kind == "slider":
            for _ in range(1 + int(3 * shares[1])):
                element.press("ArrowRight" if shares[2] < 0.5 else "ArrowLeft", timeout=PATIENCE_MS)
        elif kind == "canvas":
            self._drag(element, shares)
        else:
            self._use(element, shares)

    def _found(self, selector: str, share: float) -> ElementHandle | None:
        asked = [selector, UNTOUCHED, WORDS, share]
        return self.page.evaluate_handle(FIND, asked).as_element()

    def _use(self, element: ElementHandle, shares: list[float]) -> None:
        """Press it; of a list choose something."""
        if element.evaluate("(e) => e.tagName") == "SELECT":
            count = element.evaluate("(e) => e.options.length")
            element.select_option(index=int(shares[1] * count), timeout=PATIENCE_MS)
            return
        element.click(timeout=PATIENCE_MS)
        if element.get_attribute("role") == "combobox":
            self.page.locator(OPTIONS).first.wait_for(timeout=PATIENCE_MS)
            option = self._found(OPTIONS, shares[1])
            if option is not None:
                option.click(timeout=PATIENCE_MS)

    def _drag(self, element: ElementHandle, shares: list[float]) -> None:
        element.scroll_into_view_if_needed(timeout=PATIENCE_MS)
        box = element.bounding_box()
        if box is None:
            return
        mouse, (a, b, c, d) = self.page.mouse, shares
        mouse.move(box["x"] + a * box["width"], box["y"] + b * box["height"])
        mouse.down()
        mouse.move(box["x"] + c * box["width"], box["y"] + d * box["height"], steps=5)
        mouse.up()
