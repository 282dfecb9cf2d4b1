"""Train, as Chromium shows it, with real processes that train."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_explore import runs_of_server
from tests.ui import tiny
from vae import jobs

OBEYED = 2_000
"""Milliseconds in which a training obeys; what the browser needs besides is allowed on top."""
SLACK = 3_000
STARTED = 40_000

MARK = "document.querySelectorAll('.st-key-run canvas, .st-key-run svg.marks').forEach((e) => (e.mark = 1))"
MARKED = "[...document.querySelectorAll('.st-key-run canvas, .st-key-run svg.marks')].map((e) => e.mark ?? 0)"


@pytest.fixture
def train(server: str, page: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Train, with no runs before and none left behind."""
    page.goto(f"{server}/train")
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    yield page
    runs = runs_of_server(tmp_path_factory)
    for entry in jobs.runs(runs):
        jobs.stop(entry.run)
    for entry in jobs.runs(runs):
        entry.run.delete()


def test_a_training_from_start_to_explore(
    train: Page, browser: Browser, complaints: list[str]
) -> None:
    """Start, progress, pause, resume, stop, explore; a second browser and a reload see the same."""
    epochs = train.get_by_role("spinbutton", name="Epochs")
    epochs.fill("500")
    epochs.press("Enter")
    train.get_by_role("button", name="Start training").click()
    progress = train.get_by_text(re.compile(r"Epoch [\d.]+ of 500 · [\d,]+ images/s · .* left"))
    expect(progress).to_be_visible(timeout=STARTED)
    expect(train.get_by_role("img", name="Pictures decoded")).to_be_visible(timeout=STARTED)

    settled = progress.inner_text()
    expect(progress).not_to_have_text(settled)
    train.evaluate(MARK)
    before = progress.inner_text()
    expect(progress).not_to_have_text(before)
    marked = train.evaluate(MARKED)
    assert marked
    assert all(marked), "the curves were built anew instead of redrawn"

    other = browser.new_page()
    other.goto(train.url)
    train.get_by_role("button", name="Pause").click()
    resume = train.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=OBEYED + SLACK)
    expect(other.get_by_text(re.compile("Paused at epoch"))).to_be_visible(timeout=OBEYED + SLACK)
    other.close()
    train.reload()
    expect(resume).to_be_enabled()
    resume.click()
    expect(progress).to_be_visible(timeout=OBEYED + SLACK)

    train.get_by_role("button", name="Stop").click()
    expect(train.get_by_text(re.compile("Stopped at epoch"))).to_be_visible(timeout=OBEYED + SLACK)
    link = train.get_by_role("link", name="Open in Explore")
    expect(link).to_have_count(1)  # while the page is drawn anew, the one before may linger
    link.click()
    expect(train.get_by_role("img", name="What the model decodes from the code")).to_be_visible()
    assert "model=runs" in train.url
    assert complaints == []


def test_a_phone_shows_the_training_first(
    train: Page, server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In one column, in the dark: the run, then the form; nothing is wider than the screen."""
    tiny.stopped_run(runs_of_server(tmp_path_factory), tiny.config())
    train.emulate_media(color_scheme="dark")
    train.set_viewport_size({"width": 390, "height": 844})
    train.goto(f"{server}/train")
    resume = train.get_by_role("button", name="Resume")
    start = train.get_by_role("button", name="Start training")
    expect(resume).to_be_visible()
    expect(start).to_be_visible()
    above, below = resume.bounding_box(), start.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    assert train.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_form_and_start_are_above_the_fold(train: Page) -> None:
    """At 1280 × 800 nothing essential needs scrolling."""
    expect(train.get_by_role("button", name="Start training")).to_be_in_viewport(ratio=1)
    expect(train.get_by_role("spinbutton", name="Epochs")).to_be_in_viewport(ratio=1)
