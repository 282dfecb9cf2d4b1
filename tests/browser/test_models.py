"""Models, as Chromium shows it."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_explore import runs_of_server, settle
from tests.ui import tiny
from vae import jobs
from vae.jobs import shelf
from vae.jobs.about import About, write_about
from vae.jobs.listing import imported


@pytest.fixture
def runs(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the app's runs, with one that is called Mine; what a test adds is removed."""
    root = runs_of_server(tmp_path_factory)
    run = tiny.stopped_run(root, tiny.config())
    write_about(run.path, About(title="Mine"))
    yield root
    for folder in [*(entry.run.path for entry in jobs.runs(root)), *imported(root)]:
        shelf.discard(folder, root)


@pytest.fixture
def models(server: str, page: Page, runs: Path) -> Page:
    """Models, showing what is called Mine."""
    page.goto(f"{server}/models")
    find(page, "Mine")
    expect(card(page, "Mine")).to_be_visible()
    return page


def find(page: Page, text: str) -> None:
    """Search for words that one model has; wait until it alone is shown."""
    box = page.get_by_role("textbox", name="Find")
    box.fill(text)
    box.press("Enter")
    expect(page.get_by_text(re.compile(r"^1 of \d+ models"))).to_be_visible()
    settle(page)


def card(page: Page, title: str) -> Locator:
    """The cards of a title."""
    return page.locator("[class*='st-key-card-']").filter(has_text=title)


def more(page: Page, title: str) -> None:
    """Open what can be done with a model."""
    card(page, title).get_by_role("button", name="More").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def closed(page: Page) -> None:
    """Wait until no dialog is open: it would take the focus, and have buttons of the same names."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)


def test_name_note_copy_delete_undo(models: Page, runs: Path, complaints: list[str]) -> None:
    """A model is renamed and found by its note; a copy is deleted, and taken back."""
    more(models, "Mine")
    models.get_by_role("textbox", name="Name").fill("Renamed")
    models.get_by_role("textbox", name="Note").fill("for Tuesday")
    models.get_by_role("button", name="Save").click()
    closed(models)
    find(models, "tuesday")
    expect(card(models, "Renamed")).to_have_count(1)

    more(models, "Renamed")
    models.get_by_role("button", name="Duplicate").click()
    expect(card(models, "Renamed")).to_have_count(2)
    closed(models)
    card(models, "Renamed").first.get_by_role("button", name="More").click()
    models.get_by_role("button", name="Delete").click()
    expect(card(models, "Renamed")).to_have_count(1)
    closed(models)
    models.get_by_role("button", name="Undo").click()
    expect(card(models, "Renamed")).to_have_count(2)
    assert complaints == []


def test_what_is_taken_away_can_be_brought_back(models: Page, runs: Path, tmp_path: Path) -> None:
    """The zip of a training imports as another training; the graphs' zip holds whole graphs."""
    more(models, "Mine")
    with models.expect_download() as download:
        models.get_by_role("button", name="ONNX").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        for name in ("encoder.onnx", "decoder.onnx"):
            onnx.checker.check_model(onnx.load_from_string(archive.read(name)))
        assert "under onnxruntime" in archive.read("README.md").decode()
    with models.expect_download() as download:
        models.get_by_role("button", name="Model, zip").click()
    download.value.save_as(tmp_path / "model.zip")
    models.get_by_role("button", name="Close").click()
    closed(models)

    models.get_by_role("button", name="Import").click()
    models.locator("input[type=file]").set_input_files(tmp_path / "model.zip")
    expect(card(models, "Mine")).to_have_count(2)
    first, second = (entry.run for entry in jobs.runs(runs))
    assert first.last.read_bytes() == second.last.read_bytes()


def test_a_bad_zip_is_a_sentence(models: Page) -> None:
    """It is said in the dialog, and the page goes on."""
    models.get_by_role("button", name="Import").click()
    bad = {"name": "x.zip", "mimeType": "application/zip", "buffer": b"no zip"}
    models.locator("input[type=file]").set_input_files(bad)  # type: ignore[arg-type]
    expect(models.get_by_text("This is no whole zip file")).to_be_visible()
