"""Explore, as Chromium shows it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LIMIT
from tests.browser.element import assert_same, box_of, first_picture, picture, slider
from tests.live.made_up import write_checkpoint
from tests.serving import serve
from tests.ui import tiny
from vae import jobs
from vae.config import RunConfig
from vae.events import Epoch
from vae.training import load_model

PHONE = {"width": 390, "height": 844}
# What a button says next, for however short a time.
SAID = """(button) => new MutationObserver(() => (button.said ??= button.textContent))
  .observe(button, { childList: true })"""
Open = Callable[..., Page]


def runs_of_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps its runs; the fixture `server` has made the folder above."""
    (home,) = tmp_path_factory.getbasetemp().glob("server[0-9]*")
    return home / "runs"


@pytest.fixture
def train(
    server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., jobs.Run]]:
    """Puts a model of the given settings among the app's runs."""
    made: list[jobs.Run] = []

    def make(settings: RunConfig) -> jobs.Run:
        made.append(tiny.stopped_run(runs_of_server(tmp_path_factory), settings))
        return made[-1]

    yield make
    for run in made:
        run.delete()


@pytest.fixture
def model(train: Callable[..., jobs.Run]) -> jobs.Run:
    """A model that the app has found among its runs."""
    return train(tiny.config({"latent_dim": 8}))


@pytest.fixture
def open_model(server: str, page: Page) -> Open:
    """Opens Explore on a model and waits for its picture."""

    def open_page(run: jobs.Run, more: str = "") -> Page:
        page.goto(f"{server}/?model=runs/{run.name}{more}")
        first_picture(page)
        settle(page)
        return page

    return open_page


@pytest.fixture
def explore(open_model: Open, model: jobs.Run) -> Page:
    """Explore, opened on that model."""
    return open_model(model)


def test_the_picture_moves_with_the_hand(
    explore: Page, model: jobs.Run, complaints: list[str]
) -> None:
    """While a slider is held the picture is PyTorch's decode of where it is; at rest z is shared."""
    assert_same(picture(explore), decoded(model.last, {}))
    box = box_of(slider(explore, 3))
    middle = box["y"] + box["height"] / 2
    explore.mouse.move(box["x"] + box["width"] / 2, middle)
    explore.mouse.down()
    for share in (0.6, 0.7):
        explore.mouse.move(box["x"] + box["width"] * share, middle)
        value = float(slider(explore, 3).input_value())
        assert value > 0.3
        assert_same(picture(explore), decoded(model.last, {3: value}))
    assert "z=" not in explore.url
    explore.mouse.up()
    explore.wait_for_url(f"**z=3%3A{value:.2f}*")
    settle(explore)
    assert_same(picture(explore), decoded(model.last, {3: value}))
    assert complaints == []


def test_a_reload_and_another_page_keep_the_code(explore: Page, model: jobs.Run) -> None:
    """Random moves the picture; a reload and a visit to Train keep it; Reset returns to zero."""
    explore.get_by_role("button", name="Random").click()
    explore.wait_for_url("**z=*")
    settle(explore)
    z = where(explore, 8)
    assert sum(map(bool, z.values())) > 4  # one may be drawn next to zero
    explore.reload()
    first_picture(explore)
    assert where(explore, 8) == z
    assert_same(picture(explore), decoded(model.last, z))
    slider(explore, 0).focus()
    explore.keyboard.press("Home")
    others = re.compile(r"[?&]z=[1-7]%3A")
    explore.wait_for_url(others)
    go(explore, "Train")
    expect(explore.locator("canvas.picture")).to_have_count(0)
    go(explore, "Explore")
    expect(explore.locator("canvas.picture")).to_be_visible()  # Train has pictures too
    first_picture(explore)
    assert where(explore, 8) == z | {0: 0}
    assert_same(picture(explore), decoded(model.last, z | {0: 0}))
    explore.wait_for_url(others)
    explore.get_by_role("button", name="Reset").click()
    assert_same(picture(explore), decoded(model.last, {}))
    explore.wait_for_url(lambda url: "z=" not in url)


def test_the_label_of_a_conditional_model(open_model: Open, train: Callable[..., jobs.Run]) -> None:
    """A link brings it, a click changes it, and the picture and the address follow."""
    run = train(tiny.config({"kind": "cvae"}))
    page = open_model(run, "&y=4&z=1:2")
    assert_same(picture(page), decoded(run.last, {1: 2}, 4))
    page.get_by_role("radio", name="7").check()
    assert_same(picture(page), decoded(run.last, {1: 2}, 7))
    page.wait_for_url("**y=7*")
    page.reload()
    first_picture(page)
    assert_same(picture(page), decoded(run.last, {1: 2}, 7))


def test_the_map_of_a_two_dimensional_model(
    open_model: Open, train: Callable[..., jobs.Run]
) -> None:
    """Its middle is the picture at zero, unit 0 grows to the right, and the point follows the hand."""
    run = train(tiny.config({"latent_dim": 2}))
    page = open_model(run)
    grid = page.locator(".map canvas")
    expect(grid).to_have_js_property("width", 15 * 28)
    eventually(lambda: assert_same(tile(grid, 14, 14), decoded(run.last, {0: 1.8339, 1: -1.8339})))
    assert_same(tile(grid, 7, 7), decoded(run.last, {}))
    assert_same(tile(grid, 14, 0), decoded(run.last, {0: 1.8339, 1: 1.8339}))
    assert_same(tile(grid, 0, 7), decoded(run.last, {0: -1.8339}))
    spot, box = box_of(page.locator(".map .spot")), box_of(grid)
    assert spot["x"] + spot["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=1)
    slider(page, 0).focus()
    page.keyboard.press("ArrowRight")
    moved = box_of(page.locator(".map .spot"))
    assert moved["x"] > spot["x"] + 5
    assert moved["y"] == spot["y"]
    drag(page, grid, (0.5, 0.5), (0.9, 0.1))
    z = where(page, 2)
    assert z == pytest.approx({0: 1.28, 1: 1.28}, abs=0.05)  # 90 % of a normal distribution
    assert_same(picture(page), decoded(run.last, z))


def test_a_strip_shows_what_its_slider_would_do(explore: Page, model: jobs.Run) -> None:
    """Nine pictures from one end to the other; they follow the other sliders, and can be clicked."""
    eventually(lambda: assert_same(tile(strip(explore, 3), 0), decoded(model.last, {3: -3})))
    slider(explore, 5).focus()
    explore.keyboard.press("ArrowRight")
    for column, value in ((0, -3), (4, 0), (8, 3)):
        expected = decoded(model.last, {5: 0.1, 3: value})
        eventually(lambda: assert_same(tile(strip(explore, 3), column), expected))  # noqa: B023
    box = box_of(strip(explore, 3))
    strip(explore, 3).click(position={"x": box["width"] * 6.5 / 9, "y": box["height"] / 2})
    assert where(explore, 8)[3] == 1.5


def test_a_drag_on_the_picture_moves_two_units(explore: Page, model: jobs.Run) -> None:
    """Rightwards one, upwards another, from where they stand; the two can be chosen."""
    surface = explore.locator("canvas.picture")
    drag(explore, surface, (0.3, 0.7), (0.55, 0.575))
    z = where(explore, 8)
    assert z == pytest.approx({**dict.fromkeys(range(8), 0), 0: 1.5, 1: 0.75}, abs=0.02)
    assert_same(picture(explore), decoded(model.last, z))
    explore.get_by_role("button", name="More").click()
    explore.get_by_label("Unit that a drag upwards raises").select_option("unit 6")
    drag(explore, surface, (0.5, 0.5), (0.5, 0.25))
    assert where(explore, 8) == pytest.approx(z | {6: 1.5}, abs=0.02)


def test_what_is_locked_stays(explore: Page) -> None:
    """Random and Reset leave a locked unit where it is; at temperature 0 a sample is all zero."""
    slider(explore, 3).focus()
    explore.keyboard.press("ArrowRight")
    explore.get_by_role("button", name="Lock unit 3").click()
    explore.get_by_role("button", name="Random").click()
    explore.wait_for_url("**z=*%2C*")
    assert where(explore, 8)[3] == 0.1
    explore.get_by_role("button", name="More").click()
    explore.get_by_role("slider", name="Temperature").fill("0")
    explore.get_by_role("button", name="Random").click()
    explore.wait_for_url(lambda url: url.endswith("z=3%3A0.10"))
    explore.get_by_role("button", name="Lock unit 3").click()
    explore.get_by_role("button", name="Reset").click()
    explore.wait_for_url(lambda url: "z=" not in url)


def test_play_walks_the_chosen_unit(explore: Page, model: jobs.Run) -> None:
    """Only it moves, the picture with it, until Pause; where it was left goes to the address."""
    explore.get_by_role("button", name="More").click()
    explore.get_by_label("Units that play").select_option("unit 2")
    explore.get_by_role("slider", name="Speed").fill("-2")  # so that Pause comes before zero
    explore.get_by_role("button", name="Play").click()
    eventually(lambda: check(where(explore, 8)[2] > 1))
    assert "z=" not in explore.url
    explore.get_by_role("button", name="Pause").click()
    explore.wait_for_url("**z=2%3A*")
    z = where(explore, 8)
    assert [unit for unit, value in z.items() if value] == [2]
    assert_same(picture(explore), decoded(model.last, z))


def test_digits(open_model: Open, explore: Page, train: Callable[..., jobs.Run]) -> None:
    """They take a slider, or pick the label of a conditional model, but not where a text is typed."""
    explore.keyboard.press("4")
    expect(slider(explore, 3)).to_be_focused()
    conditional = train(tiny.config({"kind": "cvae"}))
    page = open_model(conditional)
    page.keyboard.press("7")
    page.wait_for_url("**y=7*")
    page.get_by_role("combobox", name="Model").focus()
    page.keyboard.press("3")
    assert_same(picture(page), decoded(conditional.last, {}, 7))


def test_a_layer_is_resampled(open_model: Open, train: Callable[..., jobs.Run]) -> None:
    """The top is held while the layer below is drawn anew."""
    settings = tiny.config({"kind": "ladder", "latent_dims": (3, 2), "widths": (8, 8)})
    run = train(settings)
    page = open_model(run, "&z=3:1,4:-1")
    page.get_by_role("button", name="Resample Layer 1").click()
    page.wait_for_url("**z=*%2C3%3A1.00%2C4%3A-1.00")
    z = where(page, 5)
    assert any(z[unit] for unit in range(3))
    assert_same(picture(page), decoded(run.last, z))


def test_ranges(open_model: Open, model: jobs.Run) -> None:
    """A slider covers the prior, equal steps of its probability, or where the data's codes lie."""
    measured = {"kl_per_unit": [1.0] * 8, "posterior_range": [(-2.0, 1.0)] * 8}
    model.append(Epoch(step=1, epoch=1, train={}, held_out={}, **measured))
    page = open_model(model)
    page.get_by_role("button", name="More").click()
    place = strip(page, 3)
    for choice, values in {"quantiles": (-3, -0.67, 3), "99 %": (-2, -1.25, 1)}.items():
        option = page.locator("select.range option").filter(has_text=choice)
        page.get_by_label("Range of the sliders").select_option(option.inner_text())
        found = []
        for column in (0, 2, 8):
            box = box_of(place)
            place.click(position={"x": box["width"] * (column + 0.5) / 9, "y": box["height"] / 2})
            found.append(shown(page, 3))
        assert found == pytest.approx(values, abs=0.011)


def test_what_can_be_taken_home(explore: Page, model: jobs.Run) -> None:
    """The picture, an animation of the chosen unit and the code are saved; a link leads here again."""
    explore.context.grant_permissions(["clipboard-read", "clipboard-write"])
    slider(explore, 3).focus()
    explore.keyboard.press("ArrowRight")
    more = explore.get_by_role("button", name="More")
    more.click()
    explore.get_by_label("Units that play").select_option("unit 2")
    saved = {}
    for name in ("PNG", "GIF", "Code"):
        with explore.expect_download() as download:
            explore.get_by_role("button", name=name).click()
        saved[download.value.suggested_filename] = download.value.path()
    stem = f"runs-{model.name}"
    assert list(saved) == [f"{stem}.png", f"{stem}-unit-2.gif", f"{stem}.json"]
    with Image.open(saved[f"{stem}.png"]) as large:
        assert large.size == (504, 504)
        pixels = np.array(large.convert("L"))[::18, ::18]
    assert_same(torch.tensor(pixels.flatten()), decoded(model.last, {3: 0.1}))
    with Image.open(saved[f"{stem}-unit-2.gif"]) as animation:
        assert animation.n_frames == 60  # type: ignore[attr-defined]
        animation.seek(15)
        side = animation.width // 28
        pixels = np.array(animation.convert("L"))[::side, ::side]
    assert_same(torch.tensor(pixels.flatten()), decoded(model.last, {3: 0.1, 2: 3}))
    code = json.loads(saved[f"{stem}.json"].read_text())
    assert code == {"model": f"runs/{model.name}", "z": [0, 0, 0, 0.1, 0, 0, 0, 0], "label": None}
    link = explore.get_by_role("button", name="Copy link")
    link.evaluate(SAID)
    (button := link.element_handle()).click()
    explore.wait_for_function("(button) => button.said", arg=button)
    assert button.evaluate("(button) => button.said") == "Copied"
    explore.goto(explore.evaluate("navigator.clipboard.readText()"))
    first_picture(explore)
    assert_same(picture(explore), decoded(model.last, {3: 0.1}))


def test_a_finger_on_a_phone(explore: Page, model: jobs.Run) -> None:
    """Dragging a finger over the picture moves both units and does not scroll the page; in dark too."""
    explore.emulate_media(color_scheme="dark")
    explore.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    box = box_of(explore.locator("canvas.picture"))
    touch = explore.context.new_cdp_session(explore)
    for kind, share in (("touchStart", 0.5), ("touchMove", 0.45), ("touchMove", 0.25)):
        place = {"x": box["x"] + share * box["width"], "y": box["y"] + share * box["height"]}
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    moved = pytest.approx({**dict.fromkeys(range(8), 0), 0: -1.5, 1: 1.5}, abs=0.1)
    eventually(lambda: check(where(explore, 8) == moved))
    z = where(explore, 8)
    assert_same(picture(explore), decoded(model.last, z))
    assert box_of(explore.locator("canvas.picture")) == box
    for name in ("Random", "Reset", "Play", "More"):
        expect(explore.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_a_training_is_followed(explore: Page, model: jobs.Run) -> None:
    """The weights of a training that goes on are taken over, at the code where the hand left it."""
    slider(explore, 3).focus()
    explore.keyboard.press("ArrowRight")
    assert_same(picture(explore), decoded(model.last, {3: 0.1}))
    explore.wait_for_url("**z=3%3A0.10*")
    tiny.train_a_little(model)
    expected = decoded(model.last, {3: 0.1})
    settle(explore)
    explore.get_by_role("button", name="Reset").click()  # a stopped run is looked at when asked
    explore.wait_for_url(lambda url: "z=" not in url)
    slider(explore, 3).focus()
    explore.keyboard.press("ArrowRight")
    eventually(lambda: assert_same(picture(explore), expected))


def test_nothing_jumps_from_under_the_hand(open_model: Open, model: jobs.Run) -> None:
    """A training goes on while a slider is held: its KL is shown when the slider is let go."""
    measured = {"recon": 100.0, "kl": 23.4}
    with model.working():
        model.write_status(model.status.model_copy(update={"state": "running"}))
        page = open_model(model)
        held = slider(page, 1)
        box = box_of(held)
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        model.append(Epoch(step=1, epoch=1, train={}, held_out=measured, kl_per_unit=[*range(8)]))
        model.write_status(model.status.model_copy(update={"held_out": measured}))
        tiny.train_a_little(model)
        title = page.get_by_role("combobox", name="Model")
        expect(title).to_have_value(re.compile("ELBO"))
        page.mouse.move(box["x"] + box["width"] * 0.75, middle)
        value = float(held.input_value())
        assert value == pytest.approx(1.5, abs=0.2)
        expect(page.get_by_text("7.00 nats")).to_have_count(0)
        page.mouse.up()
        expect(page.get_by_text("7.00 nats")).to_be_visible()
        assert float(held.input_value()) == value
        page.wait_for_url(f"**z=1%3A{value:.2f}*")


def test_weights_that_do_not_come(
    open_model: Open, server: str, page: Page, model: jobs.Run
) -> None:
    """The server's sliders and picture stand in, and the reason is shown."""
    page.route("**/api/weights/**", lambda route: route.abort())
    page.goto(f"{server}/?model=runs/{model.name}")
    expect(page.get_by_role("alert").get_by_text("could not be fetched")).to_be_visible()
    image = page.locator(".st-key-picture img")
    expect(image).to_be_visible()  # the server loads torch
    expect(page.locator("canvas.picture")).to_have_count(0)
    settle(page)
    before = image.get_attribute("src") or ""
    page.get_by_role("slider", name="Unit 3").focus()
    page.keyboard.press("ArrowRight")
    expect(image).not_to_have_attribute("src", before)
    page.wait_for_url("**z=3%3A0.05*")


def test_exploring_leaves_torch_alone(page: Page, tmp_path: Path) -> None:
    """A model that ships is explored without torch in the server."""
    write_checkpoint("vae-wide", tmp_path / "checkpoints")
    places = {"VAE_CHECKPOINTS": str(tmp_path / "checkpoints")}
    with serve("app.py", tmp_path, **places) as started:
        page.goto(started.address)
        first_picture(page)
        page.get_by_role("button", name="Random").click()
        page.wait_for_url("**z=*")
        settle(page)
        loaded = [file.path for file in started.process.memory_maps()]
        page.goto("about:blank")
    assert any("numpy" in path for path in loaded)
    assert not [path for path in loaded if "torch" in path]


def test_the_picture_is_the_largest_thing(explore: Page) -> None:
    """On a projector's screen it takes 500 pixels, all is in sight, and its pixels are crisp."""
    box = box_of(explore.locator("canvas.picture"))
    assert box["width"] > 500
    expect(explore.locator("canvas.picture")).to_have_css("image-rendering", "pixelated")
    for name in ("Random", "Reset"):
        expect(explore.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_one_column_with_the_picture_in_sight(explore: Page, scheme: str) -> None:
    """Nothing is wider than the screen, and the picture stays below the navigation as all scrolls."""
    explore.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    explore.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    slider(explore, 7).scroll_into_view_if_needed()
    explore.mouse.move(200, 800)
    explore.mouse.wheel(0, 2000)
    expect(explore.locator("canvas.picture")).to_be_in_viewport(ratio=1)
    box = box_of(explore.locator("canvas.picture"))
    top = box_of(explore.get_by_test_id("stHeader"))
    assert box["y"] >= top["y"] + top["height"]
    assert explore.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_text_is_large_enough(explore: Page) -> None:
    """No text is under 16 pixels, for the last row of a lecture hall."""
    sizes = explore.evaluate(
        """() => {
          const all = (root) => [...root.querySelectorAll("*")]
            .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
          return all(document.querySelector(".stMain"))
            .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
              && e.innerText && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .map((e) => [e.innerText, parseFloat(getComputedStyle(e).fontSize)]);
        }"""
    )
    assert any("unit 3" in text for text, _ in sizes), "the text of the element counts too"
    assert [found for found in sizes if found[1] < 16] == []


def test_a_model_that_is_gone_is_a_sentence(
    server: str, page: Page, model: jobs.Run, complaints: list[str]
) -> None:
    """An old link says what is missing, without a traceback."""
    page.goto(f"{server}/?model=runs/long-gone&z=nonsense&y=-1")
    expect(page.get_by_text("There is no model called runs/long-gone")).to_be_visible()
    first_picture(page)
    expect(page.locator("body")).not_to_contain_text("Traceback")
    assert complaints == []


def check(holds: bool | torch.Tensor) -> None:
    """For `eventually`."""
    assert holds


def shown(page: Page, unit: int) -> float:
    """The value that is written beside a slider."""
    row = page.locator(".unit").filter(has_text=re.compile(rf"unit {unit}\b"))
    return float(row.locator(".value").inner_text().replace("\N{MINUS SIGN}", "-"))


def where(page: Page, units: int) -> dict[int, float]:
    """Where the sliders stand."""
    return {unit: float(slider(page, unit).input_value()) for unit in range(units)}


def eventually(check: Callable[[], None], seconds: float = LIMIT / 1000) -> None:
    """Wait until a check holds."""
    end = time.monotonic() + seconds
    while True:
        try:
            return check()
        except (AssertionError, IndexError):
            if time.monotonic() > end:
                raise


def tile(canvas: Locator, column: int, row: int = 0) -> torch.Tensor:
    """The red values of one of the pictures on a canvas."""
    values = canvas.evaluate(
        "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 28, 28).data]",
        [28 * column, 28 * row],
    )
    return torch.tensor(values[::4])


def strip(page: Page, unit: int) -> Locator:
    """The small pictures under a slider."""
    return page.locator(".unit").filter(has_text=re.compile(rf"unit {unit}\b")).locator("canvas")


def drag(
    page: Page, surface: Locator, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Drag a mouse between two places; shares of a surface, rightwards and downwards."""
    box = box_of(surface)
    for share, act in ((start, page.mouse.down), (end, page.mouse.up)):
        page.mouse.move(box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"])
        act()


def decoded(weights: Path, code: dict[int, float], label: int | None = None) -> torch.Tensor:
    """What PyTorch makes of a code, in 256 steps."""
    network = load_model(weights).model
    z = torch.zeros(1, network.latent_dim)
    for unit, value in code.items():
        z[0, unit] = value
    y = None if label is None else torch.tensor([label])
    with torch.no_grad():
        return (255 * network.decode(z, y).mean.flatten()).round()


def go(page: Page, name: str) -> None:
    """Go to another page of the app."""
    page.get_by_test_id("stTopNavLink").filter(has_text=name).click()


def settle(page: Page) -> None:
    """Wait until the script of the page has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
