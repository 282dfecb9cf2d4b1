"""What people type is what is seen, in Chromium."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.serving import serve

TYPED = (
    "cost $5 _and_ $10 :smile: a*b*c ~~s~~ [l](http://e.org) `x`",
    "# heading",
    "1. one",
    "- point",
    "> quote",
    "www.e.org https://e.org a.b@e.org",
    ":material/home: :material_home: :streamlit: :red[x] :small",
    "a -> b <- c -- d >= e <= f",
    "&amp; <b>bold</b> | a | b | ![i](u)",
    "2024-01-02_run_3 (copy) 20:10:05",
)
PLACES = 8
"""Kinds of places in tests/live/typed.py."""


def test_what_was_typed_is_seen(page: Page, tmp_path: Path) -> None:
    """In sentences, captions, errors, buttons, pills, lists and bars; no link, picture or sign in its place."""
    with serve("tests/live/typed.py", tmp_path, PYTHONPATH=".") as app:
        page.goto(app.address)
        for number, typed in enumerate(TYPED):
            place = page.locator(f".st-key-typed-{number}")
            expect(place.get_by_role("progressbar")).to_be_visible()
            seen = place.inner_text().replace("\N{WORD JOINER}", "")
            assert seen.count(typed) == PLACES, (typed, seen)
            assert place.locator("a, h1, li, blockquote, img, em, code").count() == 0
