"""The first minute of a training, as who presses Start sees it, in a real browser.

    python -m benchmarks.first_minute [--json] [--rounds 3] [--pause 5] [--app app.py]

The page opens with the purpose "Two dimensions, one minute". Told are the seconds from the press to
the first change on the page (progress and buttons), to the first pictures, to the first pictures that
the training has changed, and to a map on which digits can be told apart: of most held-out codes the
nearest other one is of the same digit. Chance would have that for one in ten.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from benchmarks.served import FLAGS, ROOT, serve
from scripts import chromium
from vae import jobs
from vae.export import timeline

SECONDS = 60.0
RECOGNISABLE = 0.5
"""Share of codes whose nearest neighbour is of the same digit."""

WATCH = """
globalThis.seen = { moments: [] };
addEventListener("click", (event) => {
  const name = event.target.closest("button")?.textContent ?? "";
  if (name.includes("Start training")) seen.pressed ??= performance.now();
}, true);
const now = () => (performance.now() - seen.pressed) / 1000;
const look = () => {
  requestAnimationFrame(look);
  if (!seen.pressed) return;
  if (document.querySelector(".st-key-run [data-testid=stProgress]")) seen.change ??= now();
  for (const { shadowRoot } of document.querySelectorAll(".st-key-run [data-testid=stBidiComponentIsolated]")) {
    const made = shadowRoot?.querySelector("canvas.made");
    const text = shadowRoot?.querySelector("input.when")?.ariaValueText;
    if (!seen.change) seen.before = text;  // a recorded training stood here
    if (!made || made.width <= 1 || !text || text === seen.before) continue;
    seen.pictures ??= now();
    const step = Number(text.match(/step (\\d+)/)?.[1]);
    if (seen.moments.at(-1)?.[1] !== step) seen.moments.push([now(), step]);
  }
};
look();
"""
"""Runs before the page: notes when what can be seen first, and which moment is shown when."""

Figures = dict[str, Any]


def same_neighbour(run: jobs.Run) -> dict[int, float]:
    """By step: the share of held-out codes whose nearest other one is of the same digit."""
    held_out = timeline.held_out(run.snapshots)
    assert held_out is not None, "a training that shows pictures has held-out ones"
    labels = np.array(held_out.labels)
    found = {}
    for moment in timeline.moments(run.snapshots):
        mu = timeline.codes(moment.path)["mu"].astype(np.float32)
        distance = np.square(mu[:, None] - mu).sum(2)
        np.fill_diagonal(distance, np.inf)
        found[moment.step] = float((labels[distance.argmin(1)] == labels).mean())
    return found


def measure(browser: Browser, app: Path, pause: float) -> Figures:
    """One first minute: a server, a page, a press, and what is seen after it."""
    with serve(app) as (address, runs):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.goto(f"{address}/train")
        start = page.get_by_role("button", name="Start training")
        start.wait_for(timeout=60_000)
        time.sleep(pause)  # in which a person reads what there is to choose
        start.click()
        page.wait_for_function("() => seen.moments.length > 1", timeout=60_000)
        found = _watch(page, runs)
        page.close()
    return found


def _watch(page: Page, runs: Path) -> Figures:
    """Wait until the minute is over, and look at which map was shown when."""
    page.wait_for_function(
        "(seconds) => performance.now() - seen.pressed > 1000 * seconds",
        arg=SECONDS,
        timeout=2_000 * SECONDS,
        polling=500,
    )
    seen = page.evaluate("seen")
    score = same_neighbour(jobs.runs(runs)[0].run)
    shown = [(at, score[step]) for at, step in seen["moments"] if step in score]
    good = [at for at, share in shown if share >= RECOGNISABLE]
    return {
        "change_s": round(seen["change"], 2),
        "pictures_s": round(seen["pictures"], 2),
        "changed_pictures_s": round(seen["moments"][1][0], 2),
        "map_s": round(good[0], 2) if good else None,
        "same_neighbour_at_60_s": round(max(share for _, share in shown), 2),
        "moments_shown": len(seen["moments"]),
    }


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="First minutes to measure.")] = 3,
    pause: Annotated[float, typer.Option(help="Seconds from the page to the press.")] = 5.0,
    app: Annotated[Path, typer.Option(help="What `streamlit run` is given.")] = ROOT / "app.py",
) -> None:
    """Measure, and print the figures of each round and their medians."""
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    found: list[Figures] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for _ in range(rounds):
            found.append(measure(browser, app.absolute(), pause))
            console.print(", ".join(f"{name} {value}" for name, value in found[-1].items()))
        browser.close()
    times = ("change_s", "pictures_s", "changed_pictures_s", "map_s")
    medians = {}
    for name in times:
        known = [each[name] for each in found if each[name] is not None]
        medians[name] = statistics.median(known) if len(known) == rounds else None
    console.print("Medians: " + ", ".join(f"{name} {value}" for name, value in medians.items()))
    if as_json:
        typer.echo(json.dumps({"rounds": found, "medians": medians}))


if __name__ == "__main__":
    typer.run(main)
