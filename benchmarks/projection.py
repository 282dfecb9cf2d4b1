"""How fast maps of codes are made and drawn.

    python -m benchmarks.projection [--json] [--points 10000] [--model checkpoints/vae-z16]

The codes are a model's posterior means of digits (the 5,000 embedded ones, and each once more with
a little noise where more points are asked for). t-SNE is timed, looked at after every step, beside
scikit-learn's at its defaults, in the same run and of the same codes; what either map is worth stands
beside its time. The drawing is timed in a real Chromium, without a GPU.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import typer
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.served import FLAGS, ROOT
from scripts import chromium
from ui.live.bundle import script
from vae.projection import Settings, project
from vae.projection.quality import quality

PERPLEXITY = 30
DRAWN = 60_000
ROUNDS = 20
Result = TypeVar("Result")

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


def digits(model: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """So many codes of digits, and which digit each is of."""
    from vae.analysis.encode import encode  # noqa: PLC0415 - imports torch
    from vae.data.embedded import load_embedded  # noqa: PLC0415
    from vae.training import load_model  # noqa: PLC0415

    data = load_embedded("all")
    assert data.labels is not None, "digits have labels"
    mu = encode(load_model(model).model, data).mu.numpy()
    noise = np.random.default_rng(0).normal(scale=0.1, size=(count, mu.shape[1]))
    codes = np.resize(mu, noise.shape) + noise * (np.arange(count) >= len(mu))[:, None]
    return codes.astype(np.float32), np.resize(data.labels.numpy(), count)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """How many seconds a call takes, and what it gives."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def divergence(codes: np.ndarray, places: np.ndarray) -> float:
    """KL(P || Q) of a map in nats, exactly: what t-SNE makes small (van der Maaten & Hinton 2008)."""
    from openTSNE import affinity  # noqa: PLC0415
    from sklearn.metrics import euclidean_distances  # noqa: PLC0415

    wanted = affinity.PerplexityBasedNN(codes, perplexity=PERPLEXITY, method="exact").P.tocoo()
    exact = places.astype(np.float64)
    rows = (exact[i : i + 500] for i in range(0, len(exact), 500))
    whole = sum(
        float((1 / (1 + euclidean_distances(row, exact, squared=True))).sum()) for row in rows
    )
    far = np.square(exact[wanted.row] - exact[wanted.col]).sum(1)
    p, q = wanted.data, 1 / (1 + far) / (whole - len(exact))
    return float((p * np.log(p / q))[p > 0].sum())


def drawing() -> list[float]:
    """Milliseconds in which 60,000 points are drawn."""
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    parts = (
        script("map/cloud.js", "map/camera.js") + "\nglobalThis.parts = { Cloud, packed, Camera };"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        page.add_script_tag(content=parts)
        spent: list[float] = page.evaluate(DRAW, [DRAWN, ROUNDS])
        browser.close()
    return spent


def look(step: int, total: int, places: np.ndarray) -> bool:
    """See a map as it forms, as the page does."""
    return bool(np.isfinite(places.astype(np.float32)).all())


def measure(model: Path, count: int) -> dict[str, Any]:
    """Every figure."""
    import openTSNE  # noqa: F401, PLC0415 - imports are no part of what is timed
    from sklearn.manifold import TSNE  # noqa: PLC0415

    codes, labels = digits(model, count)
    found: dict[str, Any] = {"points": count}
    found["pca_seconds"] = round(
        statistics.median(timed(lambda: project(codes, Settings()))[0] for _ in range(5)), 4
    )
    settings = Settings(method="tsne", perplexity=PERPLEXITY)
    theirs = TSNE(perplexity=PERPLEXITY, random_state=0, n_jobs=-1)
    times = {}
    for name, work in {
        "tsne": lambda: project(codes, settings, look),
        "sklearn": lambda: theirs.fit_transform(codes),
    }.items():
        times[name], places = timed(work)
        worth = quality(codes, places, labels)
        found |= {
            f"{name}_seconds": round(times[name], 1),
            f"{name}_divergence": round(divergence(codes, places), 3),
            f"{name}_trustworthiness": round(worth.trustworthiness, 3),
            f"{name}_class_by_neighbours": round(worth.places or 0, 3),
        }
    found["tsne_ratio_to_sklearn"] = round(times["tsne"] / times["sklearn"], 2)
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
    for name, title in {"tsne": "t-SNE", "sklearn": "scikit-learn's"}.items():
        worth = (
            f"KL {found[f'{name}_divergence']} nats, "
            f"trustworthiness {found[f'{name}_trustworthiness']}, "
            f"class by neighbours {found[f'{name}_class_by_neighbours']:.1%}"
        )
        table.add_row(title, f"{found[f'{name}_seconds']} s, {worth}")
    table.add_row("ratio", f"{found['tsne_ratio_to_sklearn']}")
    table.add_row(f"{DRAWN:,} points drawn", f"{found['points_drawn_ms']} ms")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
