"""The engine that decodes in the browser, against PyTorch, in Chromium."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page

from tests.live.made_up import CONFIGS, make
from ui.live.bundle import script
from vae.export.layers import build
from vae.models import CVAE, Autoencoder, Model

COUNT = 3

ENGINES = """
const found = globalThis.WebAssembly;
globalThis.engines = {};
for (const name of ["fast", "plain"]) {
  if (name === "plain") delete globalThis.WebAssembly;
  const { Network, isFast } = await import(URL.createObjectURL(new Blob([bundle], { type: "text/javascript" })));
  if (isFast() !== (name === "fast")) throw new Error(`${name} runs otherwise`);
  engines[name] = Network;
}
globalThis.WebAssembly = found;
globalThis.bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
"""
RUN = """
([engine, blob, rows]) => {
  const network = new engines[engine](bytes(blob));
  return rows.map((row) => {
    for (const [name, values] of Object.entries(row)) network.inputs[name].set(values);
    network.run();
    return Object.fromEntries(Object.entries(network.outputs).map(([k, v]) => [k, [...v]]));
  });
}
"""


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """A tab with two engines: one with WebAssembly, one from a browser that has none."""
    tab = browser.new_page()
    exports = f"{script('network.js')}\nexport {{ Network, isFast }};"
    tab.evaluate(f"(async (bundle) => {{ {ENGINES} }})", exports)
    yield tab
    tab.close()


def rows_of(**columns: torch.Tensor | None) -> list[dict[str, list[float]]]:
    given = {name: column.flatten(1) for name, column in columns.items() if column is not None}
    return [{name: column[i].tolist() for name, column in given.items()} for i in range(COUNT)]


def run(engine: Page, kind: str, blob: bytes, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """A part's outputs for some inputs, computed in the browser."""
    found = engine.evaluate(RUN, [kind, base64.b64encode(blob).decode(), rows])
    return {name: torch.tensor([row[name] for row in found]) for name in found[0]}


def labels_of(model: Model) -> torch.Tensor | None:
    """A class, a blend of classes, and weights that are no blend at all."""
    if not isinstance(model, CVAE):
        return None
    y = torch.eye(model.classes)[:COUNT].clone()
    y[1] = torch.softmax(torch.randn(model.classes), 0)
    y[2] = torch.randn(model.classes)
    return y


@pytest.mark.parametrize("half", [False, True], ids=["float32", "float16"])
@pytest.mark.parametrize("kind", ["fast", "plain"])
@pytest.mark.parametrize("name", CONFIGS)
def test_decoder_agrees(engine: Page, name: str, kind: str, half: bool) -> None:
    """The picture decoded in the browser is PyTorch's."""
    model = make(name)
    z, y = torch.randn(COUNT, model.latent_dim), labels_of(model)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    part = build("decoder", model.config, weights, half=half)
    found = run(engine, kind, part.blob, rows_of(z=z, y=y))
    expected = model.decode(z, y).mean.flatten(1)
    assert expected.std() > 0.01, "a picture that shows nothing proves nothing"
    torch.testing.assert_close(found["mean"], expected, rtol=0, atol=1e-3 if half else 1e-5)


@pytest.mark.parametrize("half", [False, True], ids=["float32", "float16"])
@pytest.mark.parametrize("kind", ["fast", "plain"])
@pytest.mark.parametrize("name", CONFIGS)
def test_encoder_agrees(engine: Page, name: str, kind: str, half: bool) -> None:
    """The posterior computed in the browser is PyTorch's."""
    model = make(name)
    x, y = torch.rand(COUNT, *model.config.shape), labels_of(model)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    part = build("encoder", model.config, weights, half=half)
    found = run(engine, kind, part.blob, rows_of(x=x, y=y))
    expected = model.encode(x, y)
    limit = 1e-3 if half else 1e-5
    torch.testing.assert_close(found["mu"], expected.mu, rtol=limit, atol=limit)
    if isinstance(model, Autoencoder):
        assert "logvar" not in found
    else:
        torch.testing.assert_close(found["logvar"], expected.logvar, rtol=limit, atol=limit)


@pytest.mark.parametrize("kind", ["fast", "plain"])
def test_vamp_prior_agrees(engine: Page, kind: str) -> None:
    """A pseudo-input's posterior computed in the browser is PyTorch's."""
    model = make("vae-vamp")
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    part = build("prior", model.config, weights)
    found = run(engine, kind, part.blob, rows_of(y=torch.eye(COUNT)))
    expected = model.encode(model.state_dict()["prior.logits"].sigmoid())
    torch.testing.assert_close(found["mu"], expected.mu, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(found["logvar"], expected.logvar, rtol=1e-5, atol=1e-5)
