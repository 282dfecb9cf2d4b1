"""Curves: read once, and thinned without moving."""

from pathlib import Path

from tests.ui import tiny
from ui.train.history import History, Point, Turn, thin
from vae import jobs
from vae.config import Levers
from vae.events import Changed, Epoch, Step


def _step(step: int, loss: float) -> Step:
    terms = {"loss": loss, "recon": loss - 1}
    return Step(step=step, epoch=step / 10, total_steps=100, terms=terms, images_per_second=1)


def test_curves_grow_with_the_events(tmp_path: Path) -> None:
    """Each event is added once, training and held-out apart."""
    run = jobs.new_run(tmp_path, tiny.config(), "stopped")
    history = History(run)
    history.refresh()
    assert history.training("loss") == []
    run.append(_step(1, 5.0))
    history.refresh()
    run.append(_step(2, 4.0))
    run.append(Epoch(step=2, epoch=1, train={}, held_out={"loss": 4.5}, kl_per_unit=[]))
    history.refresh()
    history.refresh()
    assert history.training("loss") == [Point(0.1, 5.0), Point(0.2, 4.0)]
    assert history.held_out("loss") == [Point(1, 4.5)]
    assert history.training("unheard of") == []


def test_a_resumed_training_replaces_what_it_lost(tmp_path: Path) -> None:
    """Events that a run dropped because they were not saved disappear from the curves."""
    run = jobs.new_run(tmp_path, tiny.config(), "stopped")
    history = History(run)
    for step in (1, 2, 3):
        run.append(_step(step, 5.0))
    history.refresh()
    run.keep_events(1)
    history.refresh()
    assert history.training("loss") == [Point(0.1, 5.0)]


def test_thinning_keeps_means_and_places() -> None:
    """Half as many points are the means of pairs, and stay the same when more come."""
    points = [Point(float(i), float(i)) for i in range(10)]
    assert thin(points, 10) == points
    assert thin(points[:8], 5) == [
        Point(0.5, 0.5),
        Point(2.5, 2.5),
        Point(4.5, 4.5),
        Point(6.5, 6.5),
    ]
    assert thin(points, 5)[:4] == thin(points[:8], 5)


def test_what_was_changed_has_its_place(tmp_path: Path) -> None:
    """A change stands where the steps before it say that its epoch is."""
    run = jobs.new_run(tmp_path, tiny.config(), "stopped")
    run.append(_step(20, 5.0))
    run.append(Changed(step=30, change=Levers(weight=4)))
    history = History(run)
    history.refresh()
    assert history.turns() == [Turn(3.0, Levers(weight=4))]
