"""How fast maps of codes are made and drawn.

    python -m benchmarks.projection [--json] [--points 10000] [--model checkpoints/vae-z16]

The codes are a model's posterior means of digits (the 5,000 embedded ones, and each once more with
a little noise where more points are asked for). t-SNE is timed beside scikit-learn's on the same
codes, in the same run, at its defaults; the drawing in a real Chromium, without a GPU.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.live import FLAGS, ROOT
from scripts import chromium
from ui.live.bundle import script
from vae.projection import Settings, project

DRAWN = 60_000
ROUNDS = 20

DRAW = """async ([count, rounds]) => {
  const { Cloud, packed, Camera } = globalThis.parts;
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const camera = new Camera();
  camera.size = [800, 460];
  const cloud = new Cloud(canvas);
  cloud.resize(800, 460);
  const bell = () => (Math.random() + Math.random() + Math.random()) / 1.5 - 1;
  const plane = Float32Array.from({ length: 2 * count }, bell);
  const colours = Uint32Array.from({ length: count }, (_, i) => packed([(i * 37) % 256, (i * 91) % 256, 128]));
  const shown = new Uint8Array(count).fill(1);
  const spent = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise(requestAnimationFrame);
    const begin = performance.now();
    const background = packed([243, 245, 247]);
    cloud.draw({ plane, colours, shown, order: null, camera, radius: 1.5, background });
    canvas.getContext("2d").getImageData(0, 0, 1, 1); // until the pixels are there
    spent.push(performance.now() - begin);
  }
  return spent;
}"""


def codes_of(model: Path, count: int) -> np.ndarray:
    """So many codes of digits."""
    from vae.analysis.encode import encode  # noqa: PLC0415 - imports torch
    from vae.data.embedded import load_embedded  # noqa: PLC0415
    from vae.training import load_model  # noqa: PLC0415

    mu = encode(load_model(model).model, load_embedded("all")).mu.numpy()
    noise = np.random.default_rng(0).normal(scale=0.1, size=(count, mu.shape[1]))
    return (np.resize(mu, noise.shape) + noise * (np.arange(count) >= len(mu))[:, None]).astype(
        np.float32
    )


def seconds(work: Any) -> float:
    """How long a call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def drawing() -> list[float]:
    """Milliseconds in which 60,000 points are drawn."""
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    parts = script("cloud.js", "camera.js") + "\nglobalThis.parts = { Cloud, packed, Camera };"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        page.add_script_tag(content=parts)
        spent: list[float] = page.evaluate(DRAW, [DRAWN, ROUNDS])
        browser.close()
    return spent


def measure(model: Path, count: int) -> dict[str, Any]:
    """Every figure."""
    import openTSNE  # noqa: F401, PLC0415 - imports are no part of what is timed
    from sklearn.manifold import TSNE  # noqa: PLC0415

    codes = codes_of(model, count)
    found: dict[str, Any] = {"points": count}
    found["pca_seconds"] = round(
        statistics.median(seconds(lambda: project(codes, Settings())) for _ in range(5)), 4
    )
    ours = seconds(lambda: project(codes, Settings(method="tsne")))
    theirs = seconds(lambda: TSNE(random_state=0, n_jobs=-1).fit_transform(codes))
    found |= {"tsne_seconds": round(ours, 1), "sklearn_seconds": round(theirs, 1)}
    found["tsne_ratio_to_sklearn"] = round(ours / theirs, 2)
    found["points_drawn"] = DRAWN
    found["points_drawn_ms"] = round(statistics.median(drawing()), 1)
    return found


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    points: Annotated[int, typer.Option(min=100, help="Points of the maps.")] = 10_000,
    model: Annotated[Path, typer.Option(help="Whose codes.")] = ROOT / "checkpoints" / "vae-z16",
) -> None:
    """Measure, and print the figures."""
    found = measure(model, points)
    if as_json:
        typer.echo(json.dumps(found))
        return
    table = Table("", f"{found['points']:,} points")
    table.add_row("PCA", f"{1000 * found['pca_seconds']:.0f} ms")
    table.add_row("t-SNE", f"{found['tsne_seconds']} s")
    table.add_row("scikit-learn's", f"{found['sklearn_seconds']} s")
    table.add_row("ratio", f"{found['tsne_ratio_to_sklearn']}")
    table.add_row(f"{DRAWN:,} points drawn", f"{found['points_drawn_ms']} ms")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
