"""Disentangle, without a browser: what is shown of models that ship, and of those that do not."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import tiny

Open = Callable[..., AppTest]


@pytest.fixture
def with_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models that ship, with their scores."""
    monkeypatch.setenv("VAE_CHECKPOINTS", str(Path(__file__).parents[2] / "checkpoints"))


def tables(app: AppTest, kind: str) -> list[str]:
    """The tables of a class."""
    assert not app.exception
    assert not app.error
    return [each.value for each in app.html if f'<table class="{kind}"' in each.value]


def test_a_model_can_be_left_out(app: Open, with_scores: None) -> None:
    """Its working goes, and the strips are of another one."""
    page = app("disentangle")
    before = len(tables(page, "working"))
    chosen = page.multiselect[0].value
    page.multiselect[0].set_value(chosen[1:]).run()
    assert len(tables(page, "working")) == before - 1
    page.multiselect[0].set_value([]).run()
    assert "Choose at least one" in page.info[0].value


def test_a_model_without_scores_is_offered(app: Open, shipped: Path) -> None:
    """Its row has dashes, and a button measures it."""
    tiny.ship(shipped / "small", tiny.config(data={"name": "sprites"}))
    page = app("disentangle")
    page.multiselect[0].set_value(["small"]).run()
    (table,) = tables(page, "scores")
    assert "\N{EN DASH}" in table
    assert not tables(page, "working")
    assert [button.label for button in page.button] == ["Measure 1 of them"]


def test_a_damaged_file_of_scores_is_as_none(app: Open, with_scores: None, shipped: Path) -> None:
    """Nothing breaks; what cannot be read is not known."""
    folder = tiny.ship(shipped / "small", tiny.config(data={"name": "sprites"}))
    (folder / "disentanglement.jsonl").write_text('{"metric": 1}\nno JSON', encoding="utf-8")
    page = app("disentangle")
    assert tables(page, "scores")


def test_a_file_of_weights_that_cannot_be_read(
    app: Open, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its model is left out by name; the others and the made-up codes stay."""
    for beta in (1, 4):
        config = tiny.config(data={"name": "sprites"}, objective={"kind": "elbo", "beta": beta})
        tiny.ship(shipped / f"b{beta}", config)
    whole = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.parent.name == "b4":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    page = app("disentangle")
    assert not page.exception
    assert not page.error
    assert len(page.multiselect[0].options) == 5
    (said,) = page.warning
    assert "beta 4 is left out" in said.value
    assert "Permission denied" in said.value


def test_models_of_digits_are_not_offered(app: Open, shipped: Path) -> None:
    """Only sprites have known factors."""
    tiny.ship(shipped / "digits", tiny.config())
    assert "digits" not in app("disentangle").multiselect[0].options
    assert len(app("disentangle").multiselect[0].options) == 4


def test_no_torch_for_what_ships() -> None:
    """Finding and drawing scores does not wait for torch."""
    code = (
        "import sys; from ui.disentangle import scores, score_tables; found, _ = scores.codes();"
        "scores = {key: code.found(scores.Choice()) for key, code in found.items()};"
        "score_tables.overview(*score_tables.chosen_rows([*found.values()], scores));"
        "assert all(scores.values()); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
