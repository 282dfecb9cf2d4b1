"""Train, as Chromium shows it, with real processes that train."""

import re
from collections.abc import Iterator

import psutil
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import LIMIT
from tests.browser.element import FRAME, box_of
from tests.browser.test_explore import check, eventually, runs_of_server, settle
from tests.ui import tiny
from vae import jobs

SHOWN = "(canvas) => canvas.toDataURL()"
# The form as the browser keeps it; not before it was drawn for who this browser is.
KEPT = "() => JSON.parse(localStorage['latent-space-laboratory'] ?? '{}').settings"


@pytest.fixture
def train(server: str, page: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Train, whole, with no runs before and none left behind."""
    page.goto(f"{server}/train")
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    page.wait_for_function(KEPT)
    settle(page)
    yield page
    runs = runs_of_server(tmp_path_factory)
    for entry in jobs.runs(runs):
        jobs.stop(entry.run)
        eventually(lambda: check(not entry.run.alive))  # noqa: B023
        entry.run.delete()


def test_a_training_from_start_to_explore(
    train: Page, browser: Browser, complaints: list[str]
) -> None:
    """Start, progress, pause, resume, stop, explore; a second browser and a reload see the same."""
    start(train)
    progress = train.get_by_text(re.compile(r"Epoch [\d.]+ of 5000 · [\d,]+ images/s · .* left"))
    expect(progress).to_be_visible()
    made = train.get_by_role("img", name="Pictures decoded")
    made.evaluate("(canvas) => (canvas.mark = 1)")
    before = made.evaluate(SHOWN)
    moment = train.get_by_text(re.compile(r"^epoch [\d.]+$"))
    newer(moment, moment.inner_text())
    newer(moment, moment.inner_text())
    train.wait_for_function(
        f"([canvas, shown]) => ({SHOWN})(canvas) !== shown", arg=[made.element_handle(), before]
    )
    assert made.evaluate("(canvas) => canvas.mark") == 1, "built anew instead of drawn anew"

    other = browser.new_page()
    other.set_default_timeout(LIMIT)
    other.goto(train.url)
    train.get_by_role("button", name="Pause").click()
    resume = train.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    expect(other.get_by_text(re.compile("Paused at epoch"))).to_be_visible()
    other.close()
    train.reload()
    expect(resume).to_be_enabled()
    resume.click()
    expect(progress).to_be_visible()

    train.get_by_role("button", name="Stop").click()
    expect(train.get_by_text(re.compile("Stopped at epoch"))).to_be_visible()
    settle(train)
    link = train.get_by_role("link", name="Open in Explore")
    expect(link).to_have_count(1)  # while the page is drawn anew, the one before may linger
    link.click()
    expect(train.get_by_role("img", name="What the model decodes from the code")).to_be_visible()
    expect(train).to_have_url(re.compile("model=runs"))
    assert errors(complaints) == []


def errors(complaints: list[str]) -> list[str]:
    """But for moments that were thinned out while they were asked for: the next ones are fetched."""
    return [said for said in complaints if "404" not in said or "/api/moments/" not in said]


def newer(moment: Locator, than: str) -> None:
    """Wait until another moment is shown."""
    expect(moment).not_to_have_text(than)


def start(train: Page) -> None:
    """Start a training that no test waits for, and wait until it shows its own pictures."""
    epochs = train.get_by_role("spinbutton", name="Epochs")
    epochs.fill("5000")
    epochs.press("Enter")
    train.get_by_role("button", name="Start training").click()
    expect(train.get_by_role("button", name="Pause")).to_be_enabled()
    link = train.locator("a[href*='model=runs']", has_text="Open in Explore")
    expect(link).to_have_count(1)
    settle(train)
    made = train.get_by_role("img", name="Pictures decoded")
    expect(made).to_have_count(1)
    expect(made).to_be_visible()


def newest(tmp_path_factory: pytest.TempPathFactory) -> jobs.Run:
    """The training that was started last."""
    return jobs.runs(runs_of_server(tmp_path_factory))[0].run


def test_levers_steps_and_the_time_machine(
    train: Page, complaints: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Beta is changed in mid-run, a step is taken, the training is wound back, saved and branched."""
    start(train)
    run = newest(tmp_path_factory)
    train.get_by_text("Levers", exact=True).click()
    beta = train.locator(".st-key-run").get_by_role("spinbutton", name="Beta")
    beta.fill("8")
    beta.press("Enter")
    turn = train.locator(".st-key-run svg title", has_text="weight 8")
    expect(turn.first).to_be_attached()
    assert [change.weight for change in run.config.train.changes] == [8]

    one_step = train.get_by_role("button", name="Step", exact=True)
    place = box_of(one_step)["x"]
    train.get_by_role("button", name="Pause").click()
    expect(train.get_by_role("button", name="Resume")).to_be_enabled()
    assert box_of(one_step)["x"] == place, "it moves away from a pointer"
    step = run.status.step
    one_step.click()
    expect(train.get_by_role("slider", name="Moment")).to_have_attribute(
        "aria-valuetext", re.compile(rf"step {step + 1}$")
    )

    made = train.get_by_role("img", name="Pictures decoded")
    latest = made.evaluate(SHOWN)
    slider = train.get_by_role("slider", name="Moment")
    slider.press("Home")
    link = train.get_by_role("link", name="Open this moment in Explore")
    expect(link).to_have_attribute("href", re.compile("(@|%40)0$"))
    expect(train.get_by_role("link", name="Open in Explore")).to_have_count(0)
    train.wait_for_function(
        f"([canvas, shown]) => ({SHOWN})(canvas) !== shown", arg=[made.element_handle(), latest]
    )
    with train.expect_download() as saved:
        train.get_by_role("button", name="GIF").click()
    with Image.open(saved.value.path()) as film:
        assert len([*ImageSequence.Iterator(film)]) > 2

    train.get_by_role("button", name="Branch from here").click()
    expect(train.get_by_text("Begins with the weights of").first).to_be_visible()
    settle(train)
    train.get_by_role("button", name="Start training").click()
    expect(train.get_by_text("Begins with the weights of")).to_have_count(0)
    train.wait_for_url(lambda url: run.name not in url)
    assert newest(tmp_path_factory).start.is_file()
    assert errors(complaints) == []


def test_another_training_while_one_is_on_its_way(train: Page, complaints: list[str]) -> None:
    """What comes late is not shown under the other's name; the element lives on."""
    made = train.get_by_role("img", name="Pictures decoded")
    shown = f"([canvas, shown]) => ({SHOWN})(canvas) === shown"
    address, known = train.url.partition("?")[0], set[str]()
    train.on("request", lambda request: known.add(request.url))
    train.goto(f"{address}?run=autoencoder-z2")
    made.wait_for()
    train.wait_for_function("(canvas) => canvas.width > 1", arg=made.element_handle())
    expected, asked = made.evaluate(SHOWN), frozenset(known)

    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    train.route(lambda url: "/api/moments/" in url and url not in asked, hold)
    train.goto(f"{address}?run=vae-z2")
    train.get_by_role("heading", name="VAE z2").wait_for()
    made.evaluate("(canvas) => (canvas.mark = 1)")
    while not late:
        train.wait_for_timeout(50)
    train.locator(".stRadio label", has_text="Autoencoder z2").click()
    train.wait_for_function(shown, arg=[made.element_handle(), expected])
    with train.expect_response(late[0].request.url) as answer:
        for route in late:  # what is not answered for long is asked for once more
            route.continue_()
    answer.value.finished()
    train.evaluate(FRAME)
    assert made.evaluate(SHOWN) == expected
    assert made.evaluate("(canvas) => canvas.mark") == 1, "built anew instead of drawn anew"
    assert complaints == []


def test_a_killed_training_is_told_and_goes_on(
    train: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After kill -9 the page says so by itself; Resume goes on."""
    start(train)
    run = newest(tmp_path_factory)
    psutil.Process(run.status.pid).kill()
    expect(train.get_by_text("ended without a word")).to_be_visible()
    train.get_by_role("button", name="Resume").click()
    expect(train.get_by_role("button", name="Pause")).to_be_visible()
    assert run.status.state == "running"


def test_the_form_is_kept_by_the_browser(train: Page) -> None:
    """A page that is loaded anew has the form as it was left."""
    epochs = train.get_by_role("spinbutton", name="Epochs")
    epochs.fill("17")
    epochs.press("Enter")
    train.wait_for_function(f"() => ({KEPT})()['train.epochs'] === 17")
    train.reload()
    expect(epochs).to_have_value("17")


def test_a_phone_shows_the_training_first(
    train: Page, server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In one column, in the dark: the run, then the form; nothing is wider than the screen."""
    run = tiny.stopped_run(runs_of_server(tmp_path_factory), tiny.config())
    train.emulate_media(color_scheme="dark")
    train.set_viewport_size({"width": 390, "height": 844})
    train.goto(f"{server}/train?run={run.name}")
    resume = train.get_by_role("button", name="Resume")
    start = train.get_by_role("button", name="Start training")
    expect(resume).to_be_visible()
    expect(start).to_be_visible()
    above, below = box_of(resume), box_of(start)
    assert above["y"] < below["y"]
    assert train.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_form_and_start_are_above_the_fold(train: Page) -> None:
    """At 1280 × 800 nothing essential needs scrolling."""
    expect(train.get_by_role("button", name="Start training")).to_be_in_viewport(ratio=1)
    expect(train.get_by_role("spinbutton", name="Epochs")).to_be_in_viewport(ratio=1)
