"""How fast a VAE trains on this machine's CPU, against the usual loop and against the hardware.

    python -m benchmarks.training [--json] [--rounds 7] [--seconds 1]

Close what else computes before you trust a figure; the ratios stand a busy machine better.
"""

import importlib.util
import json
import os
from collections.abc import Callable
from functools import partial
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.side_by_side import Chunk, Rates, race
from benchmarks.usual_loop import CHUNK, Conv, Mlp, UsualLoop
from vae.config import ConvConfig, DataConfig, MlpConfig, RunConfig, TrainConfig, VaeConfig
from vae.data import Dataset, load
from vae.training import State, advance, choose

HIDDEN, LATENT, PIXELS = 400, 20, 784

USUAL, OURS, OURS_LARGE = "usual loop", "ours", "ours, batch 1,024"
OURS_UNCOMPILED, OURS_FLOAT32 = "ours, uncompiled", "ours, float32"
OURS_LARGE_FLOAT32 = "ours, batch 1,024, float32"
BOUND_SMALL, BOUND = "float32 products alone", "float32 products alone, batch 1,024"
USUAL_CONV, OURS_CONV, PYTHAE = "usual loop, convolutions", "ours, convolutions", "pythae"


def ours(
    batch_size: int,
    backbone: MlpConfig | ConvConfig,
    **train: str,
) -> Chunk:
    """The engine's own step in a long training, on grey values as in the usual loop."""
    config = RunConfig(
        data=DataConfig(pixels="grey"),
        model=VaeConfig(latent_dim=LATENT, backbone=backbone),
        train=TrainConfig(batch_size=batch_size, epochs=100_000, device="cpu", **train),
    )
    state = State.new(config, _data())

    def chunk() -> int:
        for _ in range(CHUNK):
            advance(state)
        return CHUNK * batch_size

    return chunk


def matrix_products(batch_size: int) -> Chunk:
    """The products of one step forward and back in float32, and nothing else."""
    shapes = [
        (PIXELS, HIDDEN),
        (HIDDEN, LATENT),
        (HIDDEN, LATENT),
        (LATENT, HIDDEN),
        (HIDDEN, PIXELS),
    ]
    layers = [
        (
            torch.randn(batch_size, fan_in),
            torch.randn(fan_out, fan_in),
            torch.randn(batch_size, fan_out),
        )
        for fan_in, fan_out in shapes
    ]

    def chunk() -> int:
        for _ in range(CHUNK):
            for index, (x, weight, grad) in enumerate(layers):
                torch.mm(x, weight.T)
                torch.mm(grad.T, x)
                if index:  # nobody asks for the gradient of the image
                    torch.mm(grad, weight)
        return CHUNK * batch_size

    return chunk


def usual(network: type[Mlp]) -> Chunk:
    """The loop that tutorials teach."""
    torch.manual_seed(0)
    return UsualLoop(_data(), network())


def pythae() -> Chunk:
    """An optional peer."""
    from benchmarks.pythae_loop import PythaeLoop  # noqa: PLC0415 - where it is installed

    return PythaeLoop(_data())


def _data() -> Dataset:
    return load(DataConfig(), "train")


def measure(rounds: int, seconds: float) -> Rates:
    """All contestants, in one run."""
    mlp = MlpConfig(hidden=(HIDDEN,))
    contestants: dict[str, Callable[[], Chunk]] = {
        USUAL: partial(usual, Mlp),
        OURS: partial(ours, 128, mlp),
        OURS_UNCOMPILED: partial(ours, 128, mlp, compile="off"),
        OURS_FLOAT32: partial(ours, 128, mlp, precision="float32"),
        BOUND_SMALL: partial(matrix_products, 128),
        OURS_LARGE: partial(ours, 1024, mlp),
        OURS_LARGE_FLOAT32: partial(ours, 1024, mlp, precision="float32"),
        BOUND: partial(matrix_products, 1024),
        USUAL_CONV: partial(usual, Conv),
        OURS_CONV: partial(ours, 128, ConvConfig()),
    }
    if importlib.util.find_spec("pythae"):
        contestants[PYTHAE] = pythae
    return race(contestants, rounds, seconds)


def summary(rates: Rates) -> dict[str, object]:
    """The ratios, and the figures behind them."""
    figures: dict[str, object] = {
        "ratio_to_usual_loop": rates.ratio(OURS, USUAL),
        # In float32, as the bound: in a shorter type ours would pass it.
        "fraction_of_matmul_bound": rates.ratio(OURS_LARGE_FLOAT32, BOUND),
        "ratio_to_usual_loop_uncompiled": rates.ratio(OURS_UNCOMPILED, USUAL),
        "ratio_to_usual_loop_float32": rates.ratio(OURS_FLOAT32, USUAL),
        "ratio_allowed_by_float32_products": rates.ratio(BOUND_SMALL, USUAL),
        "precision": str(choose(TrainConfig(device="cpu"))),
        "ratio_to_usual_loop_conv": rates.ratio(OURS_CONV, USUAL_CONV),
        "ratio_to_pythae": rates.ratio(OURS, PYTHAE) if PYTHAE in rates.by_name else None,
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "images_per_second": {name: round(rates.median(name)) for name in rates.by_name},
    }
    return figures


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    rounds: Annotated[int, typer.Option(help="Turns that each contestant has.")] = 7,
    seconds: Annotated[float, typer.Option(help="Length of a turn.")] = 1.0,
) -> None:
    """Measure training on this machine's CPU against the usual loop and the hardware's bound."""
    found = summary(measure(rounds, seconds))
    if as_json:
        typer.echo(json.dumps(found))
        return
    table = Table("training on the CPU", "images a second")
    for name, rate in found["images_per_second"].items():  # type: ignore[attr-defined]
        table.add_row(name, f"{rate:,}")
    console = Console()
    console.print(table)
    for name, value in found.items():
        if isinstance(value, float):
            console.print(f"{name} {value:.2f}")


if __name__ == "__main__":
    typer.run(main)
