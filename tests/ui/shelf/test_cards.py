"""Which models are on the shelf, and in which order."""

import os
from pathlib import Path

import pytest

from tests.ui import tiny
from ui import catalogue
from ui.shelf import cards
from vae import jobs
from vae.jobs.about import About, write_about


@pytest.fixture
def found(tmp_path: Path) -> list[cards.Card]:
    """Two models that ship and a run that is newer, with a note."""
    tiny.ship(tmp_path / "shipped" / "good", tiny.config(), elbo=-90.0, active_units=2)
    tiny.ship(tmp_path / "shipped" / "bad", tiny.config({"latent_dim": 9}), elbo=-120.0)
    run = tiny.stopped_run(tmp_path / "runs", tiny.config(data={"name": "sprites"}))
    held_out = {"loss": 99.0, "recon": 80.0, "kl": 19.0}
    run.write_status(run.status.model_copy(update={"held_out": held_out}))
    write_about(run.path, About(title="Mine", note="for Tuesday"))
    runs = tmp_path / "runs"
    made, _ = cards.cards(catalogue.look(tmp_path / "shipped", runs), runs)
    return made


def _keys(found: list[cards.Card]) -> list[str]:
    return [Path(card.entry.key).name[:4] for card in found]


def test_orders(found: list[cards.Card]) -> None:
    """One's own first among the newest; the highest ELBO first; names by the alphabet."""

    def ordered(by: str) -> list[str]:
        return _keys(cards.select(found, text="", data=None, order=by))

    assert ordered("Newest")[0] == "vae-"
    assert ordered("ELBO") == ["good", "vae-", "bad"]
    assert ordered("Name")[0] == "vae-"


def test_finding(found: list[cards.Card]) -> None:
    """All words count, in names and notes; data are apart."""

    def chosen(text: str, data: str | None = None) -> list[str]:
        return _keys(cards.select(found, text=text, data=data, order="Name"))

    assert chosen("tuesday MINE") == ["vae-"]
    assert chosen("mine wednesday") == []
    assert chosen("", "sprites") == ["vae-"]
    assert chosen("z9") == ["bad"]


def test_numbers_of_a_run_and_of_a_model_that_ships(found: list[cards.Card]) -> None:
    """A run's ELBO is minus the sum of its held-out terms."""
    lines = {card.entry.key[:4]: cards.facts(card) for card in found}
    assert lines["good"] == "ELBO \u221290.0 nats"
    assert lines["runs"] == "ELBO \u221299.0 · recon 80.0 · KL 19.0 nats"


def test_what_ships_is_nobodys_own(found: list[cards.Card]) -> None:
    """Only what lies among the runs may be renamed and deleted."""
    assert [card.own for card in found] == [False, False, True]


def test_a_model_removed_meanwhile_is_no_card(tmp_path: Path) -> None:
    """Someone else's deletion does not break the page."""
    run = tiny.stopped_run(tmp_path / "runs", tiny.config())
    listed = catalogue.look(tmp_path / "none", tmp_path / "runs")
    os.remove(run.last)
    made, damaged = cards.cards(listed, tmp_path / "runs")
    assert made == []
    assert [each.why for each in damaged] == ["Its weights are gone."]
    assert jobs.runs(tmp_path / "runs")
