"""Reconstruct, as Chromium shows it."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.element import assert_same, box_of
from tests.browser.test_explore import check, eventually, settle
from tests.data.made_up import picture
from tests.data.test_prepare import photograph
from tests.serving import serve
from tests.ui import tiny
from vae.data.embedded import embedded_digits
from vae.training import load_model

VALUES = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
  .filter((_, i) => i % 4 === 0)"""
THREE = [
    (0.3, 0.22),
    (0.62, 0.2),
    (0.66, 0.33),
    (0.45, 0.47),
    (0.7, 0.66),
    (0.6, 0.82),
    (0.28, 0.78),
]


def shown(page: Page, what: str) -> torch.Tensor:
    """The red values of a picture of the element, after the next frame."""
    # While the page is drawn anew, the one before may linger.
    expect(page.locator(what)).to_have_count(1)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return torch.tensor(page.locator(what).evaluate(VALUES)).float()


def open_pad(page: Page, address: str, more: str = "?model=vae-z2") -> None:
    """Open the page and wait until it is whole."""
    page.goto(f"{address}/reconstruct{more}")
    page.locator(".samples canvas").first.wait_for(state="attached")  # its script has come
    settle(page)


def means(page: Page) -> list[float]:
    """The means of the posterior as they are written, the least first."""
    values = page.locator(".posterior .value").all_inner_texts()
    return sorted(float(text.split()[0].replace("\N{MINUS SIGN}", "-")) for text in values)


def draw(page: Page, points: list[tuple[float, float]], *, leave: bool = True) -> None:
    """A stroke through points of the pad."""
    page.locator("canvas.sketch").evaluate("(c) => c.scrollIntoView({ block: 'center' })")
    box = box_of(page.locator("canvas.sketch"))
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    if leave:
        page.mouse.up()


def test_the_model_follows_the_pen(server: str, page: Page, complaints: list[str]) -> None:
    """During the stroke posterior and reconstruction are PyTorch's of what is drawn; nothing is sent."""
    asked: list[str] = []

    def note(what: object) -> None:
        if "/static/" not in str(what):  # Streamlit's own files may come late
            asked.append(str(what))

    page.on("websocket", lambda socket: socket.on("framesent", note))
    open_pad(page, server)
    draw(page, [(0.5, 0.5), (0.5, 0.52)])
    expect(page.locator(".numbers")).to_contain_text("likelier than")
    below = page.get_by_text("How these numbers come about")
    expect(below).to_have_count(1)
    expect(page.locator(".posterior .value").first).not_to_be_empty()  # the model is there
    settle(page)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Draw here")).to_be_visible()
    expect(below).to_have_count(0)
    settle(page)
    page.on("request", note)
    asked.clear()
    draw(page, THREE[:4], leave=False)
    half = shown(page, "canvas.picture")
    total = page.locator(".total").inner_text()
    for x, y in THREE[4:]:
        box = box_of(page.locator("canvas.sketch"))
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    seen, found = shown(page, ".seen canvas"), shown(page, "canvas.picture")
    assert not torch.equal(found, half)
    expect(page.locator(".total")).not_to_have_text(total)
    assert asked == []
    model = load_model(Path("checkpoints/vae-z2")).model
    with torch.no_grad():
        q = model.encode(seen.view(1, 1, 28, 28) / 255)
        torch.testing.assert_close(found, 255 * model.decode(q.mu).mean.flatten(), rtol=0, atol=3)
    expected = pytest.approx(sorted(q.mu[0].tolist()), abs=0.03)
    eventually(lambda: check(means(page) == expected))
    page.mouse.up()
    expect(page.locator(".numbers")).to_contain_text("ELBO")
    expect(page.locator(".numbers:not(.old)")).to_be_visible()
    assert asked
    assert complaints == []


def test_drawings_are_framed_as_digits_are(server: str, page: Page) -> None:
    """Small in a corner or large: the ink is 20 of 28, its mass in the middle; undo takes it back."""
    open_pad(page, server)
    small = [(0.1 + 0.25 * x, 0.1 + 0.25 * y) for x, y in THREE]
    draw(page, small)
    seen = shown(page, ".seen canvas").view(28, 28)
    rows, columns = (seen.sum(axis).nonzero().flatten() for axis in (1, 0))
    assert max(int(rows[-1] - rows[0]), int(columns[-1] - columns[0])) + 1 == 20
    mass = (seen.sum(1) * torch.arange(28)).sum() / seen.sum()
    assert float(mass) == pytest.approx(14, abs=0.51)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Draw here")).to_be_visible()
    draw(page, THREE)
    page.get_by_role("button", name="Eraser").click()
    before = shown(page, "canvas.sketch").sum()
    draw(page, THREE[:2])
    assert shown(page, "canvas.sketch").sum() < before


def test_upload_pick_and_explore(server: str, page: Page, complaints: list[str]) -> None:
    """A bad file is a sentence, a photograph a digit; a picked picture's code opens in Explore."""
    digit = embedded_digits()[0][4507, 0].numpy()
    open_pad(page, server)
    page.get_by_role("radio", name="Upload").click()
    give = page.locator("input[type=file]")
    give.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_role("alert").get_by_text("no picture that can be read")).to_be_visible()
    photo = picture(photograph(digit), "JPEG")
    give.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(page.get_by_text("centred by mass")).to_be_visible()
    expect(page.get_by_text("Draw here")).to_be_hidden()
    ink = digit.ravel()
    eventually(lambda: check(np.corrcoef(shown(page, ".seen canvas"), ink)[0, 1] > 0.7))
    settle(page)
    page.get_by_role("radio", name="Pick from the data").click()
    pick = page.get_by_role("button", name=re.compile("^Picture 4: 3$"))
    pick.wait_for()
    settle(page)
    pick.click()
    chosen = embedded_digits()[0][3].flatten()
    eventually(lambda: assert_same(shown(page, ".seen canvas"), chosen.float()))
    expect(page.locator(".numbers:not(.old)")).to_contain_text("log p(x)")
    code = page.locator(".posterior .value").first.inner_text().split()[0]
    code = code.replace("\N{MINUS SIGN}", "-")
    page.get_by_role("button", name="Open in Explore").click()
    page.wait_for_url(lambda url: "/reconstruct" not in url and code in url)
    assert complaints == []


def test_a_phone_in_the_dark(server: str, page: Page) -> None:
    """One column, nothing wider than the screen, and a finger draws instead of scrolling."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    open_pad(page, server, "?model=cvae-z16")
    page.get_by_role("radio", name="3", exact=True).check()
    draw(page, THREE)
    expect(page.locator(".numbers")).to_contain_text("ELBO")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        page.locator("canvas.sketch").evaluate("(c) => getComputedStyle(c).touchAction") == "none"
    )
    pad, answer = (box_of(page.locator(what)) for what in ("canvas.sketch", "canvas.picture"))
    assert pad["y"] + pad["height"] <= answer["y"]


def test_weights_that_do_not_come(server: str, page: Page) -> None:
    """The element says so, the pad still draws, and the server reconstructs."""
    page.route("**/api/weights/**", lambda route: route.abort())
    open_pad(page, server)
    expect(page.get_by_text("could not be fetched, so nothing can follow")).to_be_visible()
    draw(page, THREE)
    expect(page.locator(".steps img")).to_have_count(7)


@pytest.mark.parametrize("kind", ["ladder", "autoencoder"])
def test_other_kinds_of_models(page: Page, tmp_path: Path, kind: str) -> None:
    """A ladder's layers have names, and samples; an autoencoder has a point and nothing else."""
    layers = {"latent_dims": (2, 1), "widths": (8, 8)} if kind == "ladder" else {}
    tiny.ship(tmp_path / "shipped" / "one", tiny.config({"kind": kind, **layers}))
    with serve("app.py", tmp_path, VAE_CHECKPOINTS=str(tmp_path / "shipped")) as app:
        open_pad(page, app.address, "?model=one")
        draw(page, THREE)
        expect(page.locator(".numbers")).to_contain_text("recon")
        names = page.locator(".posterior .layer-name").all_inner_texts()
        assert len(names) == (2 if kind == "ladder" else 0)
        assert page.locator(".samples").is_visible() == (kind == "ladder")
        assert page.locator(".numbers").inner_text().count("KL") == (kind == "ladder")
