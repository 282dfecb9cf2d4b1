"""The engine that decodes in the browser, against PyTorch, in Chromium."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import LIMIT, ROOT
from tests.browser.element import (
    CANVAS,
    COUNT_SENT,
    assert_same,
    box_of,
    first_picture,
    picture,
    slider,
)
from tests.browser.test_explore import eventually, settle
from tests.live.made_up import CONFIGS, make, write_checkpoint
from tests.serving import serve
from ui.live.bundle import script
from vae.export.layers import build, read_weights
from vae.models import CVAE, Autoencoder, Model
from vae.training import load_model

COUNT = 3

ENGINES = """
const found = globalThis.WebAssembly;
globalThis.engines = {};
const again = [];
for (const name of ["fast", "plain"]) {
  if (name === "plain") delete globalThis.WebAssembly;
  const blob = new Blob([bundle], { type: "text/javascript" });
  const { Network, isFast } = await import(URL.createObjectURL(blob));
  if (isFast() !== (name === "fast")) throw new Error(`${name} runs otherwise`);
  engines[name] = Network;
  again.push([name, isFast]);
}
globalThis.WebAssembly = found;
if (again.some(([name, isFast]) => isFast() !== (name === "fast"))) throw new Error("forgotten");
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
    exports = f"{script('engine/network.js')}\nexport {{ Network, isFast }};"
    tab.evaluate(f"(async (bundle) => {{ {ENGINES} }})", exports)
    yield tab
    tab.close()


def rows_of(**columns: torch.Tensor | None) -> list[dict[str, list[float]]]:
    """Inputs by name, a row each."""
    given = {name: column.flatten(1) for name, column in columns.items() if column is not None}
    return [{name: column[i].tolist() for name, column in given.items()} for i in range(COUNT)]


def run(
    engine: Page, kind: str, blob: bytes, rows: list[dict[str, Any]]
) -> dict[str, torch.Tensor]:
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


SHIPPED = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/model.safetensors"))


@pytest.mark.parametrize("half", [False, True], ids=["float32", "float16"])
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_models_agree(engine: Page, folder: Path, half: bool) -> None:
    """Decoder and encoder of every model that ships are PyTorch's, read without it."""
    model = load_model(folder).model.requires_grad_(False)
    weights = read_weights(folder / "model.safetensors")
    limit = 1e-3 if half else 1e-5
    z, x, y = (
        torch.randn(COUNT, model.latent_dim),
        torch.rand(COUNT, *model.config.shape),
        labels_of(model),
    )
    decoder = build("decoder", model.config, weights, half=half)
    found = run(engine, "fast", decoder.blob, rows_of(z=z, y=y))
    torch.testing.assert_close(
        found["mean"], model.decode(z, y).mean.flatten(1), rtol=0, atol=limit
    )
    encoder = build("encoder", model.config, weights, half=half)
    found = run(engine, "fast", encoder.blob, rows_of(x=x, y=y))
    torch.testing.assert_close(found["mu"], model.encode(x, y).mu, rtol=limit, atol=limit)


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


# --- the explorer element ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def explorer_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with nothing but the explorer, and models of several kinds."""
    home = tmp_path_factory.mktemp("live")
    for name in ("vae", "cvae-digits", "ladder", "vae-vamp"):
        write_checkpoint(name, home / "checkpoints")
    places = {"VAE_CHECKPOINTS": str(home / "checkpoints")}
    with serve("tests/live/app.py", home, **places) as started:
        yield started.address


@pytest.fixture
def show(explorer_app: str, page: Page) -> Callable[[str], Page]:
    """Opens the explorer of a model and waits for its first picture."""

    def open_page(model: str) -> Page:
        page.goto(f"{explorer_app}/?model={model}")
        first_picture(page)
        return page

    return open_page


def decoded(name: str, z: list[float], label: int | None = None) -> torch.Tensor:
    """What PyTorch makes of a code, in 256 steps."""
    model = make(name)
    y = None if label is None else torch.tensor([label])
    whole = torch.zeros(1, model.latent_dim)
    whole[0, : len(z)] = torch.tensor(z)
    return (255 * model.decode(whole, y).mean.flatten()).round()


def reported(page: Page, text: str) -> None:
    """Wait until Python was told of a code that begins so."""
    expect(page.get_by_text(f"code [{text}")).to_be_visible()


def test_drag_moves_the_picture(show: Callable[[str], Page], complaints: list[str]) -> None:
    """While a slider is held the picture follows and the server hears nothing; at rest it hears z."""
    page = show("vae")
    reported(page, "0.0, 0.0")
    settle(page)
    traffic: list[str] = []
    page.on("request", lambda request: traffic.append(request.url))
    page.evaluate(COUNT_SENT)
    box = box_of(slider(page, 0))
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    seen = []
    for share in (0.6, 0.7, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, middle)
        seen.append(picture(page))
        held = float(slider(page, 0).input_value())
        assert_same(seen[-1], decoded("vae", [held]))
    page.wait_for_timeout(300)
    assert (traffic, page.evaluate("sent")) == ([], 0), "nothing is sent while the slider is held"
    assert len({tuple(one.tolist()) for one in seen}) == 3
    page.mouse.up()
    reported(page, f"{held:.2f}".rstrip("0"))
    assert [url for url in traffic if "/api/" in url] == []
    assert complaints == []


def test_keyboard(show: Callable[[str], Page]) -> None:
    """Arrows move the slider that has the focus, Home resets it, and Python hears of both."""
    page = show("vae")
    slider(page, 0).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert_same(picture(page), decoded("vae", [0.29]))
    reported(page, "0.29, 0.0")
    page.keyboard.press("Home")
    assert_same(picture(page), decoded("vae", [0.0]))
    reported(page, "0.0, 0.0")


def test_touch(browser: Browser, explorer_app: str) -> None:
    """A finger on the track moves the slider there, and the picture stays in sight on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(LIMIT)
    page = context.new_page()
    page.goto(f"{explorer_app}/?model=vae")
    first_picture(page)
    last = slider(page, 14)
    last.scroll_into_view_if_needed()
    last.hover()  # waits until it stands still
    box = box_of(last)
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    expect(last).not_to_have_value("0")
    value = float(last.input_value())
    assert value == pytest.approx(1.5, abs=0.2)
    assert_same(picture(page), decoded("vae", [0.0] * 14 + [value]))
    expect(page.locator("canvas.picture")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_push_without_remount(show: Callable[[str], Page]) -> None:
    """Python moves the sliders in place, again and again, and a hand may move them in between."""
    page = show("vae")
    page.evaluate(f"() => void (globalThis.before = {CANVAS})")
    page.get_by_role("button", name="Push").click()
    reported(page, "1.0, -0.5, 0.0")
    eventually(lambda: assert_same(picture(page), decoded("vae", [1.0, -0.5])))
    page.get_by_role("button", name="Reset").click()
    reported(page, "0.0, 0.0")
    page.get_by_role("button", name="Push").click()
    reported(page, "1.0, -0.5, 0.0")
    eventually(lambda: assert_same(picture(page), decoded("vae", [1.0, -0.5])))
    assert page.evaluate("before.isConnected")


def test_label(show: Callable[[str], Page]) -> None:
    """The label picker changes what is decoded, by click and by arrow key; Python can push it."""
    page = show("cvae-digits")
    page.get_by_role("radio", name="7").check()
    assert_same(picture(page), decoded("cvae-digits", [], 7))
    page.keyboard.press("ArrowRight")
    assert_same(picture(page), decoded("cvae-digits", [], 8))
    expect(page.get_by_text("label 8")).to_be_visible()
    page.get_by_role("button", name="Push").click()
    expect(page.get_by_text("label 1 ")).to_be_visible()
    eventually(lambda: assert_same(picture(page), decoded("cvae-digits", [1.0, -0.5], 1)))


def test_units_by_kl(show: Callable[[str], Page]) -> None:
    """Units stand by layer, most KL first with its number; what carries nothing is folded away."""
    page = show("ladder")
    titles = [s.get_attribute("aria-label") for s in page.get_by_role("slider").all()]
    assert titles[:3] == ["Unit 6, 0.29 nats", "Unit 7, 0.25 nats", "Unit 0, 2.00 nats"]
    expect(page.get_by_text("Layer 2, the top")).to_be_visible()
    expect(slider(page, 8)).to_be_hidden()
    page.get_by_text("1 unit the model does not use").click()
    expect(slider(page, 8)).to_be_visible()


@pytest.mark.parametrize("model", ["vae", "vae-vamp"])
def test_random(show: Callable[[str], Page], model: str) -> None:
    """The random button draws a code from the prior, be it learned, and shows it."""
    page = show(model)
    page.get_by_role("button", name="Random").click()
    code = page.get_by_text("code [")
    expect(code).not_to_contain_text("code [0.0, 0.0, 0.0")
    text = code.inner_text()
    z = [float(value) for value in text.split("[")[1].split("]")[0].split(",")]
    assert sum(map(bool, z)) > len(z) / 2  # some may be drawn next to zero
    assert_same(picture(page), decoded(model, z))


def test_another_model(show: Callable[[str], Page]) -> None:
    """Weights are fetched once: going to another model and back asks for nothing again."""
    page = show("vae")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/api/weights/" in r.url else None)
    page.get_by_role("button", name="Other").click()
    expect(page.get_by_text("Layer 2, the top")).to_be_visible()
    eventually(lambda: assert_same(picture(page), decoded("ladder", [])))
    page.get_by_role("button", name="Other").click()
    expect(page.get_by_text("Layer 2, the top")).to_be_hidden()
    eventually(lambda: assert_same(picture(page), decoded("vae", [])))
    assert len(asked) == 1


def test_weights_unreachable(explorer_app: str, page: Page) -> None:
    """The element says that it has no weights, and Python hears of it."""
    page.route("**/api/weights/**", lambda route: route.abort())
    page.goto(f"{explorer_app}/?model=vae")
    expect(page.get_by_role("status").get_by_text("could not be fetched")).to_be_visible()
    expect(page.get_by_text(re.compile("code .*could not be fetched"))).to_be_visible()


def test_an_answer_that_got_lost(explorer_app: str, page: Page) -> None:
    """What is not answered for long is asked for once more; with the second answer the picture is there."""
    page.add_init_script(
        """const wait = globalThis.setTimeout;
        let hurried = 0; // the first wait alone: the second answer may take its time
        globalThis.setTimeout = (call, ms, ...rest) =>
          wait(call, ms === 20_000 && !hurried++ ? 300 : ms, ...rest)"""
    )
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)

    page.route("**/api/weights/**", lose_the_first)
    page.goto(f"{explorer_app}/?model=vae")
    first_picture(page)
    assert_same(picture(page), decoded("vae", []))
    assert lost


@pytest.mark.parametrize(
    "lack",
    [
        "delete globalThis.WebAssembly",
        "WebAssembly.validate = () => false",
        "WebAssembly.Module = class { constructor() { throw new Error('not allowed') } }",
    ],
    ids=["none", "no-simd", "forbidden"],
)
def test_without_webassembly(explorer_app: str, page: Page, lack: str) -> None:
    """Without WebAssembly the picture is right all the same, and the element says that it is slower."""
    page.add_init_script(lack)
    page.goto(f"{explorer_app}/?model=vae")
    expect(page.get_by_text("no fast arithmetic")).to_be_visible()
    assert_same(picture(page), decoded("vae", []))


def test_text_is_large_enough(show: Callable[[str], Page]) -> None:
    """No text of the element is under 16 px."""
    page = show("cvae-digits")
    texts = page.locator(".explorer span, .explorer summary, .explorer button")
    sizes = texts.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
    assert len(sizes) > 20
    assert min(sizes) >= 16


def test_weights_route(explorer_app: str, page: Page) -> None:
    """Weights may be kept for good and come unpacked; nothing but a known hash is answered."""
    with page.expect_response("**/api/weights/*") as caught:
        page.goto(f"{explorer_app}/?model=vae")
    headers = caught.value.all_headers()
    assert "immutable" in headers["cache-control"]
    assert headers["content-encoding"] == "identity"
    for name in ("0" * 64, "..%2f..%2fapp.py", "app.py", "A" * 64):
        assert page.request.get(f"{explorer_app}/api/weights/{name}").status in (400, 404)
