"""Models, without a browser: whose a model is, and what others may do to it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.ui import tiny
from ui import frame, state
from ui.shelf import cards
from ui.shelf.cards import Card
from ui.train import steering
from vae import jobs
from vae.jobs import Run
from vae.jobs.about import About, read_about, write_about

Open = Callable[..., AppTest]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A training that nobody claims, on an app that every visitor reaches from this machine."""
    monkeypatch.setenv("VAE_STEER", "starter")
    return tiny.stopped_run(jobs.root(), tiny.config())


def _more(app: Open, run: Run, browser: str) -> AppTest:
    """What can be done with a run, as a browser of that name sees it."""
    page = app("models")
    page.session_state["browser"] = browser
    return _button(page.run(), "More", of=run).click().run()


def _press(page: AppTest, run: Run, label: str) -> AppTest:
    """Press a button of what More has opened."""
    _button(page, "More", of=run).click()  # a dialog that is drawn anew is one that is asked for
    return _button(page, label).click().run()


def _button(page: AppTest, label: str, of: Run | None = None) -> Button:
    name = of.name if of else ""
    return next(b for b in page.button if b.label == label and name in (b.key or ""))


def _starter(browser: str) -> str:
    """What a run remembers of a browser, told by the page that starts one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "browser", lambda: browser)
        return steering.token()


def test_who_made_it_may_rename_it(app: Open, run: Run) -> None:
    """The name that is given is kept."""
    run.ask(starter=_starter("mine"))
    page = _more(app, run, "mine")
    name = next(field for field in page.text_input if field.label == "Name")
    assert not name.disabled
    name.set_value("For Tuesday")
    _press(page, run, "Save")
    assert read_about(run.path).title == "For Tuesday"


def test_others_look_and_copy(app: Open, run: Run) -> None:
    """Name, note and Delete rest, with the reason; a copy is one's own."""
    run.ask(starter=_starter("someone"))
    page = _more(app, run, "mine")
    assert any("Someone else's" in caption.value for caption in page.caption)
    fields = [f for f in (*page.text_input, *page.text_area) if f.label in ("Name", "Note")]
    assert [field.disabled for field in fields] == [True, True]
    assert _button(page, "Save").disabled
    assert _button(page, "Delete").disabled
    assert any(caption.value == steering.LOOKING for caption in page.caption)
    _press(page, run, "Duplicate")
    copy = next(entry.run for entry in jobs.runs(jobs.root()) if entry.run != run)
    assert not _button(_more(app, copy, "mine"), "Delete").disabled


def test_a_visitor_copies_so_much_and_no_more(
    app: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not at the machine is told when they have as many models as they may."""
    monkeypatch.setenv("VAE_MODELS", "10")
    run.ask(starter=_starter("mine"))
    page = _press(_more(app, run, "mine"), run, "Duplicate")
    assert any("Models of this browser" in error.value for error in page.error)
    assert len(jobs.runs(jobs.root())) == 1


def test_everyone_may_delete_where_everyone_steers(
    app: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One rule for both."""
    monkeypatch.setenv("VAE_STEER", "everyone")
    run.ask(starter=_starter("someone"))
    _press(_more(app, run, "mine"), run, "Delete")
    assert jobs.runs(jobs.root()) == []


def test_a_shipped_model_trains_further(app: Open, shipped: Path) -> None:
    """The form has its settings, and the training begins with its weights."""
    tiny.ship(shipped / "good", tiny.config({"latent_dim": 5}))
    page = app("models")
    _button(page, "More").click().run()
    _button(page, "More").click()
    _button(page, "Train further").click().run()
    assert page.number_input(key="setting model.latent_dim").value == 5
    assert any("Begins with the weights of" in info.value for info in page.info)


def test_what_is_damaged_is_shown_and_can_be_deleted(
    app: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training and a model that cannot be read are named with their problem, beside those that can."""
    monkeypatch.setenv("VAE_STEER", "everyone")
    other, model = (run.path.with_name(name) for name in ("other", "model"))
    shutil.copytree(run.path, other)
    (other / "config.json").write_text('{"data": 3', encoding="utf-8")
    tiny.ship(model, tiny.config())
    (model / "config.json").write_text("no settings", encoding="utf-8")
    page = app("models")
    assert not page.error
    said = [warning.value for warning in page.warning]
    assert len(said) == 2
    assert any("damaged or edited by hand" in sentence for sentence in said)
    assert [b.label for b in page.button].count("More") == 1
    for name in ("other", "model"):
        next(b for b in page.button if b.key == f"delete runs/{name}").click().run()
    assert not page.warning
    assert not other.exists()
    assert not model.exists()
    assert run.path.exists()


def test_a_card_falls_alone(app: Open, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be drawn says so under its name, with Delete; the others are there."""
    monkeypatch.setenv("VAE_STEER", "everyone")
    write_about(run.path, About(title="The bad one"))
    tiny.stopped_run(jobs.root(), tiny.config())
    whole = cards.facts

    def facts(card: Card) -> str:
        assert card.title != "The bad one"
        return whole(card)

    monkeypatch.setattr("ui.shelf.card_view.facts", facts)
    page = app("models")
    assert [error.value for error in page.error] == [f"The bad one: {frame.OURS}"]
    assert [b.label for b in page.button if b.label in ("More", "Delete")] == ["More", "Delete"]
    next(b for b in page.button if b.label == "Delete").click().run()
    assert not page.error
    assert not run.path.exists()


def test_models_of_one_title_are_told_apart_everywhere(app: Open, shipped: Path) -> None:
    """Three of the same name, on every page."""
    for name in ("one", "two", "three"):
        folder = tiny.ship(shipped / name, tiny.config({"latent_dim": 2 + (name == "three")}))
        write_about(folder, About(title="*Same* (2)" if name == "two" else "*Same*"))
    pages = ("explore", "reconstruct", "generate", "interpolate", "map", "compare")
    for name in (*pages, "diagnose", "disentangle", "posterior", "models"):
        page = app(name, model="three")
        assert not page.exception
        assert not page.error, name
    panes = app("compare", layout="two")
    assert not panes.exception
    assert not panes.error
