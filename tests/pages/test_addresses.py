"""Addresses that ask for what is not there: one sentence each, and the rest of the page is there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import tiny
from ui import cached
from vae import jobs
from vae.jobs import Run

Open = Callable[..., AppTest]
FEW_NAMED = 6
"""Sentences on models that are not compared, at most."""
FEW = {"name": "embedded", "limit": 64}

JUNK = {
    "very many digits": "9" * 5000,
    "negative": "-1",
    "no number": "nan",
    "without end": "inf",
    "huge": "1e999",
    "a word": "junk",
    "of another script": "٣,四:五@٦",
    "unseen signs": "\x00\x1b[2J\u202e",
    "markup": "*a* :smile: [l](http://e.org) <b> $1$",
    "a path": "../../etc/passwd",
    "separators alone": ",:,@,~.",
    "lists without end": "1:nan,2:inf," * 500,
}
PAGES = {
    "explore": ("model", "z", "y"),
    "reconstruct": ("model",),
    "generate": ("model", "z", "y", "show", "seed", "temperature", "size", "blend"),
    "interpolate": ("model", "z", "y", "way", "curve", "corners", "at"),
    "map": (
        *("model", "z", "images", "method", "dims", "perplexity", "neighbours", "mapseed"),
        *("below", "at", "colour", "size", "image"),
    ),
    "compare": ("models", "layout", "panes", "z", "at"),
    "diagnose": ("model",),
    "disentangle": ("model",),
    "posterior": ("model",),
    "train": ("run",),
    "models": ("model",),
}


@pytest.fixture(autouse=True)
def models(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models and a training, and nothing that measures beside a page."""
    tiny.ship(shipped / "one", tiny.config({"latent_dim": 2, "kind": "cvae"}, data=FEW))
    tiny.ship(shipped / "two", tiny.config({"latent_dim": 2}, data=FEW))
    tiny.stopped_run(jobs.root(), tiny.config(data=FEW))
    monkeypatch.setattr(jobs, "keep_ready", lambda: None)
    cached.load_torch()


def said(page: AppTest) -> list[str]:
    """What is said above a page; nothing on it has failed."""
    assert not page.exception
    assert not [error.value for error in page.error]
    return [line for warning in page.warning for line in warning.value.split("\\\n")]


@pytest.mark.parametrize("junk", JUNK.values(), ids=list(JUNK))
@pytest.mark.parametrize("page", PAGES)
def test_junk_is_a_sentence_each(app: Open, page: str, junk: str) -> None:
    """In every parameter of a page at once: each is said once at most, cut, and not said again."""
    names = PAGES[page]
    sentences = said(app(page, **dict.fromkeys(names, junk)))
    assert all(len(sentence) < 400 for sentence in sentences)
    for name in names:
        assert sum(f"asks for {name}=" in sentence for sentence in sentences) <= 1
    assert len(sentences) <= len(names) + FEW_NAMED


@pytest.mark.parametrize(
    ("page", "asked", "sentence"),
    [
        ("map", {"method": "tsne", "mapseed": "-1"}, "mapseed=-1"),
        ("map", {"perplexity": "nan"}, None),
        ("map", {"at": "nan,inf"}, "at=nan,inf"),
        ("explore", {"z": "1:2,junk"}, "z=1:2,junk"),
        ("explore", {"model": "one", "y": "x"}, "y=x"),
        ("explore", {"model": "none"}, "There is no model called none"),
        ("generate", {"temperature": "9"}, "temperature=9"),
        ("compare", {"layout": "junk"}, "layout=junk"),
        ("compare", {"layout": "two", "panes": "one,junk"}, "panes=one,junk"),
        ("train", {"run": "none"}, "There is no training called none"),
    ],
)
def test_the_sentence_names_what_is_left_out(
    app: Open, page: str, asked: dict[str, str], sentence: str | None
) -> None:
    """By the name that the address has for it; where it takes no part, nothing is said."""
    sentences = said(app(page, **asked))
    assert [(sentence or "") in each.replace("\\", "") for each in sentences] == [True] * bool(
        sentence
    )


def test_names_without_end_are_compared_in_part(app: Open) -> None:
    """Of 9,000 names the first hundred are looked for, a few are named, and the rest is counted."""
    names = ",".join(["one", "two", *(f"none-{n}" for n in range(9000))])
    sentences = said(app("compare", models=names))
    assert "none-0 is not there any more." in sentences
    assert "93 more are left out." in sentences
    assert any("models=none-98" in sentence for sentence in sentences)
    assert sum(map(len, sentences)) < 1000


def test_the_digits_of_a_moment_are_no_number(app: Open) -> None:
    """A model at step 10^5000 is one that is not there."""
    run: Run = jobs.runs(jobs.root())[0].run
    (sentence,) = said(app("explore", model=f"runs/{run.name}@{'9' * 5000}"))
    assert "There is no model called" in sentence
