"""How well the picture keeps up with the hand, in a real Chromium.

    python -m benchmarks.live [--json] [--model NAME ...] [--models checkpoints] [--app app.py]

Of each model: a slider is dragged for two seconds, and a pen on the Reconstruct page, by mouse events
that wait for nothing. Besides: how long it takes to come back from another page, how long from
`streamlit run` to the first picture against a bare page, and what Streamlit's own slider does. Close
what else computes before you trust a figure.

`event_to_paint` is the age of what a picture shows: from the last event that it takes in until it is
painted. `first_event_to_paint` counts from the first event that no picture before took in; on a screen of
60 Hz the wait for the next frame alone is up to 17 ms of it.
"""

import asyncio
import json
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.async_api import Browser, Page, async_playwright
from rich.console import Console

from benchmarks.served import FLAGS, ROOT, serve
from scripts import chromium

DRAG_SECONDS = 2.0
EVENTS_PER_SECOND = 125
ROUNDS = 3
QUIET_MS = 1000
"""For what a page still does after its first picture."""

WATCH = """
globalThis.painted = [];  // {last, first, at}: the event that it shows, the first not shown before, now
let first = null;
let last = null;
addEventListener("pointermove", ({ timeStamp }) => { first ??= last = timeStamp; last = timeStamp; }, true);
globalThis.seen = () => {
  const picture = { first, last };
  first = last = null;
  const { port1, port2 } = new MessageChannel();
  // What is posted before a frame is painted arrives when it is.
  port1.onmessage = () => painted.push({ ...picture, at: performance.now() });
  port2.postMessage(null);
};
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...all) {
  put.apply(this, all);
  if (this.canvas.matches(".picture")) seen();  // and not the map
};
"""
"""Runs before the page: notes when each picture is painted, and which events it answers."""

WATCH_IMAGES = """
new MutationObserver(seen).observe(document, { subtree: true, attributes: true, attributeFilter: ["src"] });
"""
"""The same for an <img>."""

NATIVE = """
import numpy as np
import streamlit as st
value = st.slider("Unit", -3.0, 3.0, 0.0, 0.01)
st.image(np.clip(np.random.default_rng(int(100 * value) + 300).random((28, 28)), 0, 1), width=500)
"""
"""Streamlit's own slider and image; making the picture costs nothing."""

BARE = """
import streamlit as st
st.title("Bare")
"""
SHOWN, HEADING = "() => painted.length > 0", "() => document.querySelector('h1')"


Figures = dict[str, Any]
Path2d = Callable[[float], tuple[float, float]]
"""Where the hand is after so many seconds, from (-0.5, -0.5) to (0.5, 0.5) of what it drags on."""


def to_and_fro(seconds: float) -> tuple[float, float]:
    """Once in a second, at one speed: every event moves a slider."""
    return 0.9 * (abs(2 * ((seconds + 0.25) % 1) - 1) - 0.5), 0.0


def scribble(seconds: float) -> tuple[float, float]:
    """A figure of eight in a second, which turns."""
    turn = 2 * math.pi * seconds
    return 0.35 * math.sin(turn), 0.35 * math.sin(1.9 * turn)


async def drag(page: Page, target: str, path: Path2d = to_and_fro) -> Figures:
    """Press on something, move along a path, let go; what was painted and sent meanwhile."""
    box = await page.locator(target).first.bounding_box()
    assert box is not None, f"{target} is on the page"
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    sent = 0

    def count(*_: object) -> None:
        nonlocal sent
        sent += 1

    page.on("request", count)
    mouse = await page.context.new_cdp_session(page)
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    network.on("Network.webSocketFrameSent", count)
    await page.mouse.move(middle, height)
    await page.mouse.down()
    await page.evaluate("painted.length = 0")
    start, under_way = time.perf_counter(), []
    for event in range(int(DRAG_SECONDS * EVENTS_PER_SECOND)):
        right, down = path(event / EVENTS_PER_SECOND)
        x, y = middle + right * box["width"], height + down * box["height"]
        move = {"type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1}
        under_way.append(asyncio.ensure_future(mouse.send("Input.dispatchMouseEvent", move)))
        await asyncio.sleep(max(0, start + (event + 1) / EVENTS_PER_SECOND - time.perf_counter()))
    seconds = time.perf_counter() - start
    pictures, requests = await page.evaluate("painted.length"), sent
    await asyncio.gather(*under_way)
    await page.mouse.up()
    await page.wait_for_timeout(1000)
    shown = await page.evaluate("painted.filter(({ last }) => last)")
    waits = [picture["at"] - picture["last"] for picture in shown]
    return {
        "pictures_per_second": round(pictures / seconds, 1),
        "event_to_paint_median_ms": round(statistics.median(waits), 1) if waits else None,
        "event_to_paint_p95_ms": _p95(waits),
        "requests_during_drag": requests,
        "first_event_to_paint_p95_ms": _p95([p["at"] - p["first"] for p in shown]),
    }


def _p95(values: list[float]) -> float | None:
    if len(values) < 2:
        return round(values[0], 1) if values else None
    return round(statistics.quantiles(values, n=20)[-1], 1)


async def opened(browser: Browser, address: str, script: str = WATCH) -> Page:
    """A page in a tab of its own."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.add_init_script(script)
    await page.goto(address)
    return page


async def explore(browser: Browser, address: str, model: str) -> Page:
    """The page of a model as soon as it shows a picture."""
    page = await opened(browser, f"{address}/?model={model}")
    await page.wait_for_function(SHOWN, polling=5)
    return page


async def model_figures(browser: Browser, address: str, model: str) -> Figures:
    """How a model keeps up with a slider, and with a pen where there is a page to draw on."""
    page = await explore(browser, address, model)
    await page.wait_for_timeout(QUIET_MS)
    figures = await drag(page, "input.slider:visible")
    whole_app = await page.get_by_test_id("stTopNavLink").count() > 0
    await page.close()
    if whole_app:
        page = await opened(browser, f"{address}/reconstruct?model={model}")
        await page.locator("canvas.sketch").wait_for()
        await page.wait_for_timeout(QUIET_MS)
        figures["drawing"] = await drag(page, "canvas.sketch", scribble)
        await page.close()
    return figures


async def page_switch(browser: Browser, address: str, model: str) -> int | None:
    """Milliseconds from the click that leads back to Explore to its first picture; median."""
    spent: list[float] = []
    page = await explore(browser, address, model)
    link = page.get_by_test_id("stTopNavLink")
    if not await link.count():
        return None  # an element alone, without the app round it
    for _ in range(ROUNDS):
        await link.filter(has_text="Train").click()
        await page.locator("canvas.picture").wait_for(state="detached")
        await page.wait_for_timeout(1000)
        await page.evaluate(
            """() => {
              painted.length = 0;
              addEventListener("click", (event) => { globalThis.left = event.timeStamp; }, true);
            }"""
        )
        await link.filter(has_text="Explore").click()
        await page.wait_for_function(SHOWN, polling=5)
        spent.append(await page.evaluate("painted[0].at - left"))
    await page.close()
    return round(statistics.median(spent))


async def cold_start(browser: Browser, script: Path, models: Path, ready: str) -> float:
    """Seconds from `streamlit run` until a page is ready."""
    start = time.perf_counter()
    with serve(script, models) as (address, _):
        page = await opened(browser, address)
        await page.wait_for_function(ready, polling=5, timeout=60_000)
        spent = time.perf_counter() - start
        await page.close()
    return spent


async def native(browser: Browser, script: Path, models: Path) -> Figures:
    """The same drag on Streamlit's own slider."""
    with serve(script, models) as (address, _):
        page = await opened(browser, address, WATCH + WATCH_IMAGES)
        await page.locator("img").wait_for()
        await page.wait_for_timeout(1000)
        found = await drag(page, '[data-testid="stSlider"] [role=group] > div')
        await page.close()
    return found


async def measure(
    app: Path, models: Path, names: list[str], tell: Callable[[str, Figures], None]
) -> Figures:
    """Every figure; those of a drag are told as they come."""
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    found: Figures = {"models": {}}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serve(app, models) as (address, _):
            for name in names:
                found["models"][name] = await model_figures(browser, address, name)
                tell(name, found["models"][name])
            found["page_switch_ms"] = await page_switch(browser, address, names[0])
        found |= await against_streamlit(browser, app, models)
        tell("Streamlit's slider", found["native_slider"])
        await browser.close()
    return found


async def against_streamlit(browser: Browser, app: Path, models: Path) -> Figures:
    """A cold start against a bare page's, and what Streamlit's own slider does."""
    with tempfile.TemporaryDirectory() as folder:
        (bare := Path(folder, "bare.py")).write_text(BARE, encoding="utf-8")
        (plain := Path(folder, "native.py")).write_text(NATIVE, encoding="utf-8")
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(await cold_start(browser, bare, models, HEADING))
            ours.append(await cold_start(browser, app, models, SHOWN))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        return {
            "cold_start_s": round(statistics.median(ours), 2),
            "cold_start_ratio": round(ratio, 2),
            "native_slider": await native(browser, plain, models),
        }


def chosen(models: Path, wanted: list[str]) -> list[str]:
    """The models to measure, by name: all of a folder, or some."""
    names = sorted(found.parent.name for found in models.glob("*/model.safetensors"))
    if not names:
        raise SystemExit(f"{models} has no models. Name another folder with --models.")
    if missing := sorted(set(wanted) - set(names)):
        raise SystemExit(f"{models} has no {', '.join(missing)}. It has {', '.join(names)}.")
    return wanted or names


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    model: Annotated[list[str] | None, typer.Option(help="Measure this one; repeatable.")] = None,
    models: Annotated[Path, typer.Option(help="Folder of checkpoints.")] = ROOT / "checkpoints",
    app: Annotated[Path, typer.Option(help="What `streamlit run` is given.")] = ROOT / "app.py",
) -> None:
    """Measure, and print the figures."""
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)

    def tell(name: str, figures: Figures) -> None:
        for what, numbers in {"slider": figures, "pen": figures.get("drawing")}.items():
            if numbers is not None:
                pictures, median, p95, requests, *_ = numbers.values()
                console.print(
                    f"{name:<20} {what:<7} {pictures:>5} pictures/s   event to paint {median} ms, "
                    f"p95 {p95} ms   {requests} requests"
                )

    names = chosen(models.absolute(), model or [])
    found = asyncio.run(measure(app.absolute(), models.absolute(), names, tell))
    if found["page_switch_ms"] is not None:
        console.print(f"Back to Explore: {found['page_switch_ms']} ms")
    console.print(
        f"Cold start to the first picture: {found['cold_start_s']} s, "
        f"{found['cold_start_ratio']} times a bare page's"
    )
    if as_json:
        typer.echo(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
