"""Compare and Diagnose, as Chromium shows them, on the models that ship and on tiny ones."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.element import box_of, heard, slider
from tests.browser.test_explore import check, eventually, runs_of_server, settle
from tests.ui import tiny
from vae import jobs
from vae.comparison import Compared, Comparison
from vae.events import Epoch
from vae.training import load_model

CHECKPOINTS = ROOT / "checkpoints"
LADDER = ("beta-0.25", "beta-0.5", "beta-1", "beta-2", "beta-4", "beta-8", "beta-16")
MEASURED = 400_000
"""Milliseconds in which small models train and are measured, torch's own start included."""

STRIP = """(() => {
  const find = (root) => root.querySelector(".strip")
    ?? [...root.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
  return [...(find(document)?.querySelectorAll("canvas") ?? [])].map((canvas) =>
    [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
      .filter((_, i) => i % 4 === 0));
})()"""

VALUES = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
  .filter((_, i) => i % 4 === 0)"""


def kept() -> Comparison:
    """What ships of the ladder's comparison."""
    return Comparison.model_validate_json((CHECKPOINTS / "comparison.json").read_text("utf-8"))


def measured(name: str) -> Compared:
    """What was measured of a model that ships."""
    weights = (CHECKPOINTS / name / "model.safetensors").read_bytes()
    return kept().models[hashlib.sha256(weights).hexdigest()]


@pytest.fixture
def runs(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The app's runs, none left behind."""
    folder = runs_of_server(tmp_path_factory)
    yield folder
    for entry in jobs.runs(folder):
        jobs.stop(entry.run)
        eventually(lambda: check(not entry.run.alive))  # noqa: B023
        entry.run.delete()


@pytest.fixture
def ladder(server: str, page: Page) -> Page:
    """Compare, on the ladder that ships, aligned."""
    page.goto(f"{server}/compare?models={','.join(LADDER)}")
    page.wait_for_function(f"() => {STRIP}.filter((one) => one.some(Boolean)).length === 7")
    expect(page.get_by_role("button", name="Open beta 8 in Explore")).to_have_count(1)
    settle(page)
    return page


def decoded(name: str, unit: int, value: float) -> torch.Tensor:
    """What PyTorch makes of a shared unit in a model of the ladder."""
    found = measured(name)
    own, sign = found.units[unit], found.signs[unit]
    assert own is not None
    z = torch.zeros(1, 10)
    z[0, own] = sign * value
    with torch.no_grad():
        return (255 * load_model(CHECKPOINTS / name).model.decode(z).mean.flatten()).round()


def test_all_pictures_move_with_the_hand(ladder: Page, complaints: list[str]) -> None:
    """One shared unit is decoded by all seven at once, aligned; the server hears of it at rest."""
    box = box_of(slider(ladder, 4))
    traffic = heard(ladder)
    middle = box["y"] + box["height"] / 2
    ladder.mouse.move(box["x"] + box["width"] / 2, middle)
    ladder.mouse.down()
    ladder.mouse.move(box["x"] + box["width"] * 0.8, middle)
    value = float(slider(ladder, 4).input_value())
    assert value > 1
    ladder.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    for name, picture in zip(LADDER, ladder.evaluate(STRIP), strict=True):
        found, expected = torch.tensor(picture).float(), decoded(name, 4, value)
        torch.testing.assert_close(found, expected, rtol=0, atol=1)
    assert (traffic, ladder.evaluate("sent"), "z=" in ladder.url) == ([], 0, False)
    ladder.mouse.up()
    ladder.wait_for_url(f"**z=4%3A{value:.2f}*")
    assert complaints == []


def test_reconstructions_side_by_side(ladder: Page) -> None:
    """A real picture comes back from a model as PyTorch has it; a click takes its code."""
    ladder.get_by_role("radio", name="Reconstructions").check()
    copy = ladder.get_by_role("button", name="beta 8: picture 1")
    picture = base64.b64decode(kept().pictures[0])
    values = torch.frombuffer(bytearray(picture), dtype=torch.uint8)
    network = load_model(CHECKPOINTS / "beta-8").model
    with torch.no_grad():
        z = network.encode(values.view(1, 1, 28, 28) / 255).mu
        expected = 255 * network.decode(z).mean.flatten()
    eventually(lambda: assert_close(copy.locator("canvas"), expected))
    copy.click()
    ladder.wait_for_url("**z=*")
    eventually(lambda: assert_close(ladder.locator("canvas.picture"), expected))


def assert_close(canvas: Locator, expected: torch.Tensor) -> None:
    """The red values of a canvas, but for the rounding of the weights and of the code."""
    found = torch.tensor(canvas.evaluate(VALUES)).float()
    torch.testing.assert_close(found, expected, rtol=0, atol=3)


def test_the_dial_and_the_curve(ladder: Page) -> None:
    """Arrow keys turn the dial to the next model; a point of the curve opens its model in Explore."""
    dial = ladder.get_by_role("slider", name="Model shown large")
    dial.focus()
    ladder.keyboard.press("ArrowRight")
    expect(
        ladder.get_by_text(re.compile(f"^beta 4: KL {measured('beta-4').kl:.1f}"))
    ).to_be_visible()
    ladder.wait_for_url("**at=beta-4*")
    ladder.get_by_role("button", name="Open beta 8 in Explore").press("Enter")
    ladder.wait_for_url("**model=beta-8*")
    expect(
        ladder.get_by_role("img", name="What the model decodes from the code").filter(visible=True)
    ).to_have_count(1)


@pytest.mark.timeout(900)
def test_a_sweep_fills_in(server: str, page: Page, runs: Path) -> None:
    """Two betas of a tiny model are queued from the page, train, and are compared as they finish."""
    settings = tiny.config(data={"name": "embedded", "limit": 64}, train={"device": "cpu"})
    first = tiny.stopped_run(runs, settings)
    page.goto(f"{server}/compare?models=runs/{first.name}")
    page.locator("canvas.picture:not([width='1'])").first.wait_for()
    settle(page)
    page.get_by_role("button", name="Start a sweep").click()
    betas = page.get_by_role("textbox", name="Values of beta")
    betas.fill("1, 9")
    betas.press("Enter")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    page.get_by_text("2 trainings, one after the other").wait_for()
    page.get_by_role("button", name="Start the sweep").click()
    point = page.get_by_role("button", name="Open beta 9 in Explore").filter(visible=True)
    expect(point).to_have_count(1, timeout=MEASURED)
    eventually(lambda: check(len(page.evaluate(STRIP)) == 2))


def test_a_collapsed_run_is_mended_in_train(server: str, page: Page, runs: Path) -> None:
    """It is named with its numbers; one click opens Train with its settings and less beta."""
    run = tiny.stopped_run(runs, tiny.config(objective={"kind": "elbo", "beta": 100}))
    terms = {"loss": 206.0, "recon": 206.0, "kl": 0.002}
    for epoch in range(1, 6):
        run.append(
            Epoch(step=9 * epoch, epoch=epoch, train=terms, held_out=terms, kl_per_unit=[0.001] * 3)
        )
    page.goto(f"{server}/diagnose?model=runs/{run.name}")
    # Once information is measured the verdict is drawn anew, beside the one before.
    expect(page.get_by_role("heading", name="Posterior collapse").first).to_be_visible()
    expect(page.get_by_text("KL is 0.002 nats per image").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Train with beta 1").first.click()
    page.wait_for_url("**/train*")
    expect(page.get_by_role("spinbutton", name="Beta").first).to_have_value("1")
    expect(page.get_by_role("spinbutton", name="Latent units").first).to_have_value("3")


def test_two_panes_share_a_picture(server: str, page: Page, complaints: list[str]) -> None:
    """A real picture goes to where each model puts it; a code of one prior is followed by the other."""
    page.goto(f"{server}/compare?layout=two&panes=autoencoder-z2,vae-z2")
    shelf = page.get_by_role("button", name="Real picture 4")
    expect(shelf).to_have_count(1, timeout=MEASURED)
    settle(page)
    shelf.click()
    places = page.locator(".pane .about")
    away_from_zero = re.compile(r"z = \(.*[1-9]")
    expect(places).to_have_text([away_from_zero, away_from_zero])
    seven = places.all_inner_texts()
    assert seven[0] != seven[1]
    page.get_by_role("button", name=re.compile("^Sample 3 of the prior")).first.click()
    expect(places.nth(0)).not_to_have_text(seven[0])
    expect(places.nth(1)).not_to_have_text(seven[1])
    assert complaints == []


def asked_for(page: Page, held: list[str], count: int) -> None:
    """So many requests have been made by now."""
    page.wait_for_timeout(50)
    assert len(held) == count


def test_a_pane_whose_model_is_on_its_way_while_the_other_changes(
    server: str, page: Page, complaints: list[str]
) -> None:
    """As on a slow network: what comes is shown, though the page was drawn anew meanwhile."""
    held: list[str] = []
    page.route("**/api/weights/*", lambda route: held.append(route.request.url))

    page.goto(f"{server}/compare?layout=two&panes=autoencoder-z2,vae-z2")
    eventually(lambda: asked_for(page, held, 4))
    settle(page)
    other = page.get_by_role("combobox", name="Right picker")
    before = other.input_value()
    other.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    other.press("ArrowDown")
    other.press("Enter")
    expect(other).not_to_have_value(before)
    eventually(lambda: asked_for(page, held, 6))
    page.unroute("**/api/weights/*")  # which lets them go on
    expect(page.locator(".pane .about")).to_have_text([re.compile("z ="), re.compile(r"\d")])
    assert complaints == []


def test_a_press_while_other_pictures_are_on_their_way(
    server: str, page: Page, complaints: list[str]
) -> None:
    """Between the pictures of one model's data and of another's a press on the shelf does nothing."""
    page.goto(f"{server}/compare?layout=two&panes=autoencoder-z2,vae-z2")
    shelf = page.get_by_role("button", name=re.compile("^Real picture"))
    expect(shelf).to_have_count(20, timeout=MEASURED)
    settle(page)
    held: list[str] = []
    page.route("**/api/points/*", lambda route: held.append(route.request.url))
    left = page.get_by_role("combobox", name="Left picker")
    left.fill("fashion")
    left.press("Enter")
    eventually(lambda: asked_for(page, held, 1))
    for picture in shelf.all():
        picture.dispatch_event("click")
    page.unroute("**/api/points/*")  # which lets them go on
    expect(shelf).to_have_count(20)
    assert complaints == []


def test_a_pane_beside_a_damaged_model(
    server: str, page: Page, complaints: list[str], runs: Path
) -> None:
    """The pane that stands is used as ever, beside the sentence on the other one."""
    run = tiny.stopped_run(runs, tiny.config())
    run.last.write_bytes(b"no weights")
    page.goto(f"{server}/compare?layout=two&panes=runs/{run.name},vae-z2")
    expect(page.locator(".pane:not([inert]) .about")).to_have_text(
        re.compile("z ="), timeout=MEASURED
    )
    expect(page.locator(".pane[inert]")).not_to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(1)
    before = page.locator(".pane:not([inert]) .about").inner_text()
    page.get_by_role("button", name=re.compile("^Sample 3 of the prior")).click()
    expect(page.locator(".pane:not([inert]) .about")).not_to_have_text(before)
    assert complaints == []


@pytest.mark.parametrize("address", ["compare", "compare?layout=two", "diagnose?model=beta-8"])
def test_a_phone_in_the_dark(server: str, page: Page, address: str) -> None:
    """One column, nothing wider than the screen, no text under 16 pixels."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/{address}")
    page.locator("canvas, h3").first.wait_for()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = page.evaluate(
        """() => {
          const all = (root) => [...root.querySelectorAll("*")]
            .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
          return all(document.querySelector(".stMain"))
            .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
              && e.innerText && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .map((e) => [e.innerText, parseFloat(getComputedStyle(e).fontSize)]);
        }"""
    )
    assert sizes
    assert [found for found in sizes if found[1] < 16] == []
