"""What the server keeps in memory: page by page, and while two browsers click about at random.

    python -m benchmarks.memory [--json] [--pages explore,map,...] [--actions 3000] [--seed 0] [--app app.py]

A fresh server without trainings or caches. Each page is visited once, until it is ready and the server
has nothing more to do; then two browsers take turns at random actions (pages, models, widgets, sliders,
canvases; the same for the same seed), but for what starts a process, takes files or deletes.

RSS counts what the process has in memory; PSS shares what several processes have (the files of torch)
among them; USS is its own alone. What the server has started, the spare worker and makers of maps, is
told apart. Seconds to a page's readiness mean something on a quiet machine alone.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from benchmarks.random_hand import RandomHand
from benchmarks.served import FLAGS, ROOT, process_at, serve
from scripts import chromium

MB = 2**20
MODEL = "vae-z2"
LIMIT = 120_000
"""Milliseconds until a page is ready, on a machine that has much else to do."""
READY = {
    "explore": "canvas.picture:not([width='1'])",
    "reconstruct": "canvas.sketch",
    "generate": "canvas:not([width='1'])",
    "interpolate": "canvas:not([width='1'])",
    "map": "canvas.cloud",
    "compare": "canvas.picture:not([width='1'])",
    "diagnose": "h3",
    "disentangle": "table",
    "posterior": ".sum:not(.old)",
    "train": "button:has-text('Start training')",
    "models": "[class*='st-key-card-']",
}
"""What each page shows once it can be used."""
QUIET_SHARE, LOOK_SECONDS, QUIET_LOOKS, PATIENCE = 0.1, 1.0, 6, 90
"""The server is quiet after so many looks in a row at which it used no more of a core than this; what it
gives back it gives back within five seconds."""
EVERY = 25
"""Actions between two looks at the memory."""
TOLD_EVERY = 100
WINDOW = 500
"""Actions at either end whose memory is compared."""

Figures = dict[str, Any]


def memory(server: psutil.Process) -> Figures:
    """MB that the server has, and what it started: RSS, and PSS and USS where the system tells."""
    full = server.memory_full_info()
    started: dict[str, float] = {}
    for child in server.children(recursive=True):
        try:
            words, size = child.cmdline(), child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        name = next((word for word in words if word.startswith("vae.")), "other")
        started[name] = round(started.get(name, 0) + size / MB, 1)
    kinds = ("rss", "pss", "uss")
    found = {kind: round(getattr(full, kind, 0) / MB, 1) for kind in kinds}
    return found | {"threads": server.num_threads(), "started": started}


def until_quiet(page: Page, server: psutil.Process) -> None:
    """Wait until the server has done what a page made it do."""
    looks, end = 0, time.monotonic() + PATIENCE
    while looks < QUIET_LOOKS and time.monotonic() < end:
        before = server.cpu_times()
        page.wait_for_timeout(1000 * LOOK_SECONDS)
        after = server.cpu_times()
        used = after.user + after.system - before.user - before.system
        looks = looks + 1 if used <= QUIET_SHARE * LOOK_SECONDS else 0


def visit(page: Page, address: str, name: str, server: psutil.Process) -> Figures:
    """Go to a page as one session does, wait until it is ready and quiet, and look at the memory.

    The model has two units, so that every page has something to show of it.
    """
    link = page.get_by_test_id("stTopNavLink").filter(has_text=name.capitalize())
    start = time.perf_counter()
    if page.url == "about:blank":
        page.goto(f"{address}/{'' if name == 'explore' else name}?model={MODEL}")
    elif f"/{name}" not in page.url:
        link.click()
        page.wait_for_url(f"**/{name}*")
    page.locator(READY[name]).first.wait_for()
    seconds = time.perf_counter() - start
    until_quiet(page, server)
    return {"page": name, "seconds": round(seconds, 2)} | memory(server)


def act(
    hands: Sequence[RandomHand], server: psutil.Process, count: int, tell: Callable[[Figures], None]
) -> Figures:
    """So many random actions by hands that take turns: memory over them, and how it grows."""
    over = []
    for number in range(count):
        hands[number % len(hands)].act()
        if (number + 1) % EVERY == 0:
            over.append({"actions": number + 1} | memory(server))
        if (number + 1) % TOLD_EVERY == 0:
            tell(over[-1])
    window = min(WINDOW, count // 2)
    first = [each for each in over if each["actions"] <= window]
    last = [each for each in over if each["actions"] > count - window]
    return {
        "actions": count,
        "missed": sum(hand.missed for hand in hands),
        "first": {kind: mean(first, kind) for kind in ("rss", "pss", "uss")},
        "last": {kind: mean(last, kind) for kind in ("rss", "pss", "uss")},
        "most": max((each["rss"] for each in over), default=0),
        "mb_per_1000_actions": slope([each for each in over if each["actions"] > window]),
        "over": over,
    }


def mean(looks: Sequence[Figures], kind: str) -> float:
    """Of a kind of memory over some looks."""
    return round(statistics.fmean(look[kind] for look in looks), 1) if looks else 0.0


def slope(looks: Sequence[Figures]) -> float | None:
    """MB of RSS that a thousand actions add, by least squares."""
    if len(looks) < 2:
        return None
    x, y = [look["actions"] / 1000 for look in looks], [look["rss"] for look in looks]
    return round(statistics.linear_regression(x, y).slope, 1)


def new_page(browser: Browser) -> Page:
    """A tab of 1280 x 800 with a session of its own."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(LIMIT)
    return page


def row(figures: Figures) -> str:
    """A line of the table."""
    started = ", ".join(f"{name} {size}" for name, size in figures["started"].items())
    what = figures.get("page") or f"{figures['actions']} actions"
    return (
        f"{what:<14} {figures.get('seconds', ''):>8} {figures['rss']:>8} {figures['pss']:>8} "
        f"{figures['uss']:>8} {figures['threads']:>8}  {started}"
    )


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    pages: Annotated[str, typer.Option(help="Which to visit, with commas.")] = ",".join(READY),
    actions: Annotated[int, typer.Option(min=0, help="Random ones, by two browsers.")] = 3000,
    seed: Annotated[int, typer.Option(help="Of the random actions.")] = 0,
    app: Annotated[Path, typer.Option(help="What `streamlit run` is given.")] = ROOT / "app.py",
) -> None:
    """Measure, and print the memory page by page and over the actions."""
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    names = pages.split(",")
    if unknown := [name for name in names if name not in READY]:
        raise SystemExit(f"There is no page {', '.join(unknown)}. There are {', '.join(READY)}.")
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    found: Figures = {"pages": []}
    with sync_playwright() as playwright, serve(app.absolute()) as (address, _):
        server = process_at(address)
        browsers = [playwright.chromium.launch(executable_path=path, args=FLAGS) for _ in range(2)]
        console.print(
            "page            seconds   RSS MB   PSS MB   USS MB  threads  what it started"
        )
        page = new_page(browsers[0])
        for name in names:
            found["pages"].append(visit(page, address, name, server))
            console.print(row(found["pages"][-1]))
        page.context.close()
        if actions:
            hands = [
                RandomHand(new_page(each), address, f"{seed} {i}")
                for i, each in enumerate(browsers)
            ]
            found["random"] = act(hands, server, actions, lambda each: console.print(row(each)))
            told = {k: v for k, v in found["random"].items() if k != "over"}
            console.print(json.dumps(told))
        for browser in browsers:
            browser.close()
    if as_json:
        typer.echo(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
