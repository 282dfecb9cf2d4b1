"""Models, without a browser: whose a model is, and what others may do to it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.ui import tiny
from ui import state
from ui.train import steering
from vae import jobs
from vae.jobs import Run
from vae.jobs.about import read_about

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
