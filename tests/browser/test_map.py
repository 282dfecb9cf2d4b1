"""The latent map, as Chromium shows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import ROOT
from tests.browser.element import FRAME, heard
from tests.browser.test_explore import check, eventually, runs_of_server, settle
from ui.live.bundle import script
from vae.jobs.mapping import MapJob
from vae.models import Model
from vae.training import load_model

PHONE: ViewportSize = {"width": 390, "height": 844}
RED = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
  .filter((_, i) => i % 4 === 0)"""
COLOURS = """(canvas) => new Set(new Uint32Array(canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
MOVED = """(before) => { const all = (root) => [...root.querySelectorAll("*")]
  .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const cloud = all(document).find((e) => e.matches("canvas.cloud"));
  const now = cloud.getContext("2d").getImageData(0, 0, cloud.width, cloud.height).data;
  return before.some((value, i) => value !== now[4 * i]); }"""
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def model() -> Model:
    """The model with two units that ships."""
    return load_model(ROOT / "checkpoints" / "vae-z2").model.requires_grad_(False)


@pytest.fixture
def open_map(server: str, page: Page) -> Open:
    """Opens the map of a model that ships, and waits until it is whole, with its pictures."""

    def open_page(asked: str = "model=vae-z2") -> Page:
        page.goto(f"{server}/map?{asked}&images=held-out")
        page.locator(".strip canvas").first.wait_for()
        expect(page.locator(".side .picture")).not_to_have_js_property("width", 1)
        settle(page)
        settled(page)
        return page

    return open_page


def settled(page: Page) -> None:
    """Wait for the next frames."""
    page.evaluate(FRAME)


def at(page: Page, right: float, down: float) -> tuple[float, float]:
    """A place on the map, by its share of the way across and down."""
    box = page.locator("canvas.over").bounding_box()
    assert box is not None
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def picture(page: Page) -> torch.Tensor:
    """The red values of what is decoded."""
    settled(page)
    return torch.tensor(page.locator(".side .picture").evaluate(RED)).float()


def test_the_pointer_decodes_and_a_click_chooses(
    open_map: Open, page: Page, model: Model, complaints: list[str]
) -> None:
    """Nothing is asked of the server while the pointer moves; Explore has what was clicked."""
    open_map()
    expect(page.locator(".tint option", has_text="KL")).to_have_count(1)  # the last that is fetched
    settle(page)
    asked = heard(page)
    before = picture(page)
    page.mouse.move(*at(page, 0.5, 0.35))
    page.mouse.move(*at(page, 0.45, 0.5), steps=10)
    eventually(lambda: check((picture(page) - before).abs().max() > 50))
    expect(page.get_by_text("Exact: the map is the latent plane")).to_be_visible()
    assert asked == []
    page.mouse.click(*at(page, 0.45, 0.5))
    page.wait_for_url(re.compile(r"[?&]z=0%3A"))
    found = re.findall(r"(\d)%3A(-?[\d.]+)", page.url.partition("z=")[2].partition("&")[0])
    z = torch.tensor([[float(dict(found).get(unit, 0)) for unit in "01"]])
    decoded = 255 * model.decode(z).mean.flatten()
    # The address has two digits of z.
    eventually(lambda: check((picture(page) - decoded).abs().max() < 6))
    page.get_by_role("link", name="Explore").click()
    page.locator(".explorer canvas.picture").wait_for()
    page.wait_for_function(f"() => location.search.includes('0%3A{z[0, 0]:.2f}')")
    slider = page.get_by_role("slider", name=re.compile("^Unit 0"))
    expect(slider).to_have_value(f"{z[0, 0]:g}")
    assert complaints == []


def test_a_lasso_and_an_image_by_number(open_map: Open, page: Page) -> None:
    """A group has a count, a mean, classes and pictures; an image is found; both can be let go."""
    open_map("model=beta-1")
    page.locator(".modes .pill", has_text="Lasso").click()
    page.mouse.move(*at(page, 0.4, 0.3))
    page.mouse.down()
    for place in ((0.6, 0.3), (0.6, 0.7), (0.4, 0.7)):
        page.mouse.move(*at(page, *place), steps=4)
    page.mouse.up()
    group = page.locator(".group")
    expect(group.get_by_text(re.compile(r"^[\d,]+ images$"))).to_be_visible()
    expect(group.locator("canvas.sheet")).to_be_visible()
    assert "%" in (group.locator(".shares").text_content() or "")
    group.get_by_role("button", name="Clear").click()
    expect(group).to_be_hidden()
    page.get_by_role("spinbutton", name="Image number").fill("17")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("image 17")
    page.wait_for_url("**image=17*")


def test_colours_and_themes(open_map: Open, page: Page) -> None:
    """A class is hidden by its name, numbers have a scale, and the ground is the theme's."""
    open_map()
    cloud = page.locator("canvas.cloud")
    legend = page.get_by_role("group", name="What the colours mean")
    zero = legend.get_by_role("button", name="0", exact=True)
    shown = cloud.evaluate(RED)
    zero.click()
    expect(zero).to_have_attribute("aria-pressed", "false")
    settled(page)
    assert cloud.evaluate(RED) != shown
    page.locator(".tint").select_option("none")
    settled(page)
    expect(zero).to_have_count(0)
    assert cloud.evaluate(RED)[0] > 200
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll("*")]
             .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
             const cloud = all(document).find((e) => e.matches("canvas.cloud"));
             return cloud.getContext("2d").getImageData(0, 0, 1, 1).data[0] < 80; }"""
    )


def test_tsne_forms_and_is_stopped(
    open_map: Open, page: Page, complaints: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Pause and Go on are obeyed, the points move meanwhile, the pointer decodes, and Stop keeps them.

    A map waits for its turn before it forms, and when it goes on: holding the turn, the test decides
    when, however fast the machine is.
    """
    maps = runs_of_server(tmp_path_factory).parent / "cache" / "maps"
    maps.mkdir(parents=True, exist_ok=True)
    turn = FileLock(maps / ".turn.lock")
    paused = page.get_by_text(re.compile("paused at step"))

    def pause_before_it_moves() -> None:
        page.get_by_text("Waiting for another map").wait_for()
        page.get_by_role("button", name="Pause").click()
        eventually(lambda: asked_to_pause(maps))

    open_map("model=beta-4")
    with turn:
        page.get_by_text("t-SNE", exact=True).click()
        pause_before_it_moves()
    paused.wait_for()
    before, step = page.locator("canvas.cloud").evaluate(RED), paused.inner_text()
    with turn:
        page.get_by_role("button", name="Go on").click()
        pause_before_it_moves()
    expect(paused).to_be_visible()
    expect(paused).not_to_have_text(step)
    page.wait_for_function(MOVED, arg=before)
    page.mouse.move(*at(page, 0.5, 0.5))
    expect(page.get_by_text("Approximate")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Make it anew")).to_be_visible()
    assert complaints == []


def asked_to_pause(maps: Path) -> None:
    """Some map that forms is."""
    assert any(MapJob(path).wish == "pause" for path in maps.iterdir() if path.is_dir())


def test_by_keyboard(open_map: Open, page: Page) -> None:
    """Arrow keys decode, Enter chooses, plus zooms, and 0 shows the whole again."""
    open_map()
    before = picture(page)
    page.locator("canvas.over").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_text("Exact: the map is the latent plane")).to_be_visible()
    eventually(lambda: check((picture(page) - before).abs().max() > 20))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]z=0%3A"))
    page.keyboard.press("+")
    page.wait_for_url(re.compile(r"[?&]at="))
    page.keyboard.press("0")
    page.wait_for_url(re.compile(r"^((?![?&]at=).)*$"))


def test_by_touch(open_map: Open, page: Page) -> None:
    """A finger decodes and moves nothing, two zoom, a tap chooses."""
    page.set_viewport_size(PHONE)
    open_map()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    cloud, before = page.locator("canvas.cloud").evaluate(RED), picture(page)
    touch("touchStart", at(page, 0.5, 0.5))
    touch("touchMove", at(page, 0.4, 0.4))
    expect(page.get_by_text("Exact: the map is the latent plane")).to_be_visible()
    eventually(lambda: check((picture(page) - before).abs().max() > 50))
    touch("touchEnd")
    assert page.locator("canvas.cloud").evaluate(RED) == cloud
    touch("touchStart", at(page, 0.4, 0.5), at(page, 0.6, 0.5))
    touch("touchMove", at(page, 0.3, 0.5), at(page, 0.7, 0.5))
    touch("touchEnd")
    page.wait_for_url(re.compile(r"[?&]at="))
    touch("touchStart", at(page, 0.45, 0.5))
    touch("touchEnd")
    page.wait_for_url(re.compile(r"[?&]z=0%3A"))


def test_three_dimensions_decode_exactly(open_map: Open, page: Page) -> None:
    """A click between points chooses a code that the camera sees there, and that is what is shown."""
    open_map("model=vae-z16&dims=3")
    model = load_model(ROOT / "checkpoints" / "vae-z16").model.requires_grad_(False)
    page.mouse.move(*at(page, 0.5, 0.4))
    expect(page.get_by_text("Exact: a code of the space that PCA found")).to_be_visible()
    here = picture(page)
    page.mouse.move(*at(page, 0.505, 0.405))
    eventually(lambda: check(not torch.equal(picture(page), here)))
    page.mouse.click(*at(page, 0.505, 0.405))
    page.wait_for_url(re.compile(r"[?&]z="))
    found = dict(re.findall(r"(\d+)%3A(-?[\d.]+)", page.url.partition("z=")[2].partition("&")[0]))
    z = torch.tensor([[float(found.get(str(unit), 0)) for unit in range(16)]])
    decoded = 255 * model.decode(z).mean.flatten()
    eventually(lambda: check((picture(page) - decoded).abs().max() < 8))


def test_what_the_camera_sees_is_found_again(page: Page) -> None:
    """Places that are turned and projected come back from their spot and depth."""
    page.add_script_tag(content=script("map/camera.js") + "\nglobalThis.Camera = Camera;")
    places = torch.rand(20, 3, generator=torch.Generator().manual_seed(0)).sub(0.5).flatten()
    back = page.evaluate(
        """(places) => { const camera = new Camera(), spots = [], depth = [];
             camera.set({ x: 0.1, y: -0.2, zoom: 3, yaw: 1.1, pitch: -0.6 });
             camera.project(places, 3, spots, depth);
             return depth.flatMap((deep, i) => camera.place([spots[2 * i], spots[2 * i + 1]], deep)); }""",
        places.tolist(),
    )
    torch.testing.assert_close(torch.tensor(back), places)


def test_on_a_phone(open_map: Open, page: Page) -> None:
    """One column without anything beside the screen, and the picture above the map."""
    page.set_viewport_size(PHONE)
    open_map()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    parts = [page.locator(name).bounding_box() for name in (".side .picture", ".surface", ".near")]
    for part in parts:
        assert part is not None
        assert part["x"] + part["width"] <= PHONE["width"]
    assert parts[0] is not None
    assert parts[1] is not None
    assert parts[0]["y"] < parts[1]["y"]
