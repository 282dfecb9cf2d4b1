"""Names and numbers for people."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.ui import tiny
from ui import naming
from vae import jobs
from vae.config import Change, DataName
from vae.jobs import Status
from vae.jobs.status import State


@pytest.mark.parametrize(
    ("model", "objective", "name"),
    [
        ({}, {"kind": "elbo", "beta": 4}, "VAE z3 · embedded digits · beta 4"),
        ({"kind": "autoencoder"}, {"kind": "reconstruction"}, "Autoencoder z3 · embedded digits"),
        ({"kind": "cvae"}, {"kind": "dip-i"}, "Conditional VAE z3 · embedded digits · DIP-I"),
        ({}, {"kind": "beta-tc"}, "VAE z3 · embedded digits · beta-TC 6"),
        ({}, {"kind": "factor"}, "VAE z3 · embedded digits · FactorVAE gamma 35"),
        ({}, {"kind": "capacity"}, "VAE z3 · embedded digits · capacity 25 nats"),
        ({"kind": "ladder"}, {"kind": "iwae"}, "Ladder VAE z12+4 · embedded digits · IWAE k 5"),
    ],
)
def test_a_model_is_named_for_what_it_is(
    model: dict[str, Any], objective: dict[str, Any], name: str
) -> None:
    """Kind, size, data and objective, in one line."""
    assert naming.describe(tiny.config(model, objective=objective)) == name


def test_a_steered_weight_is_named_as_it_ended() -> None:
    """A run whose beta was pulled to 20 is one of beta 20, and a moment before that one of beta 1."""
    settings = tiny.config()
    change = Change(step=430, weight=20)
    steered = settings.replace(train=settings.train.replace(changes=(change,)))
    name = naming.describe(steered)
    assert name == "VAE z3 · embedded digits · beta 20 (at first beta 1)"
    assert naming.beta(steered) == 20
    assert naming.describe(steered.until(430)) == "VAE z3 · embedded digits · beta 1"
    assert naming.describe(steered.until(431)) == name


def test_the_data_that_was_really_used_is_named() -> None:
    """Where the embedded digits stood in for MNIST, the name says so."""
    settings = tiny.config(data={"name": "mnist"})
    assert "MNIST" in naming.describe(settings)
    assert "embedded digits" in naming.describe(settings, data="embedded")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (7260, "2 h 1 min")],
)
def test_durations_have_two_units(seconds: float, text: str) -> None:
    """The two largest units, rounded."""
    assert naming.duration(seconds) == text


def test_class_names_fit_the_model() -> None:
    """Names where they are known, numbers where the data is one's own, none without labels."""
    assert naming.class_names(tiny.config({"kind": "cvae"}))[3] == "3"
    fashion = tiny.config({"kind": "cvae"}, data={"name": "fashion-mnist"})
    assert naming.class_names(fashion)[9] == "ankle boot"
    own = tiny.config({"kind": "cvae", "classes": 2}, data={"name": "folder", "path": "x"})
    assert naming.class_names(own) == ("0", "1")
    assert naming.class_names(tiny.config()) == ()


@pytest.mark.parametrize(
    ("status", "wish", "text"),
    [
        ({"state": "queued"}, "run", "Waiting for its turn"),
        ({"state": "running", "busy": "Reading"}, "run", "Reading"),
        ({"state": "running"}, "run", "Getting ready"),
        ({"state": "running", "epoch": 2.5}, "pause", "Pausing at epoch 2.5 of 20"),
        ({"state": "running", "epoch": 2.5}, "stop", "Stopping at epoch 2.5 of 20"),
        ({"state": "paused", "epoch": 2.5}, "pause", "Paused at epoch 2.5 of 20"),
        ({"state": "done", "seconds": 61}, "run", "Done: 20 epochs in 1 min 1 s"),
    ],
)
def test_progress_is_one_line(status: dict[str, Any], wish: str, text: str) -> None:
    """State, place and what is asked of the training."""
    assert naming.progress(Status(**status), tiny.config(), wish) == text


def test_progress_of_a_training_tells_the_time_left() -> None:
    """Ten of a hundred steps in nine seconds leave 81."""
    status = Status(
        state="running", step=10, total_steps=100, epoch=2, images_per_second=12345.6, seconds=9
    )
    line = naming.progress(status, tiny.config(), "run")
    assert line == "Epoch 2.0 of 20 · 12,346 images/s · 1 min 21 s left"


def test_a_list_tells_where_each_training_stands(tmp_path: Path) -> None:
    """Title with its time; place in the queue; a broken run by its name."""
    settings = tiny.config()
    run = jobs.new_run(tmp_path, settings)
    since = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    entry = jobs.Entry(run, Status(state="queued"), settings, "", since)
    assert naming.run_title(entry).startswith("VAE z3 · embedded digits · beta 1 · ")
    assert naming.run_state(entry, 2) == "Waiting: number 2 in the queue"
    broken = jobs.Entry(run, None, None, "damaged", since)
    assert naming.run_title(broken) == run.name
    assert naming.run_state(broken) == "Cannot be read"


def test_equal_titles_are_told_apart() -> None:
    """The oldest keeps its title, so that a new one renames nothing."""
    assert naming.unique({"new": "a", "other": "b", "old": "a"}) == {
        "new": "a (2)",
        "other": "b",
        "old": "a",
    }


def test_every_data_set_and_state_has_a_name() -> None:
    """Nothing is shown by its internal name."""
    assert set(naming.DATA) == set(get_args(DataName))
    assert set(naming.STATES) == set(get_args(State))
