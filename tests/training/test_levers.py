"""What is changed in mid-run: recorded, reproduced, resumed; and what is frozen stays."""

from pathlib import Path

import pytest
import torch

from tests.training import tiny
from tests.training.test_resume import assert_same
from vae.config import Change, ElboConfig, IwaeConfig, Levers
from vae.errors import ConfigError
from vae.events import Changed
from vae.training import State, advance, load_state, save_state, train

SETTINGS = tiny.config(objective=ElboConfig())


def _changed(at: int) -> State:
    """Eight steps, of which the later ones go by another beta and rate, without the encoder."""
    state = tiny.advanced(State.new(SETTINGS, tiny.dataset()), at)
    state.change(Levers(weight=4, learning_rate=0.05, frozen="encoder"))
    return tiny.advanced(state, 8 - at)


def test_a_change_is_part_of_the_settings() -> None:
    """A new training with the settings that the changed one ended with is the same training."""
    changed = _changed(at=3)
    assert changed.config.train.changes[0].step == 3
    assert_same(tiny.advanced(State.new(changed.config, tiny.dataset()), 8), changed)


@pytest.mark.parametrize("left_at", [2, 3, 5])
def test_a_changed_training_resumes_exactly(left_at: int, tmp_path: Path) -> None:
    """Left before, at or after the change, it goes on bit for bit."""
    changed = _changed(at=3)
    broken = tiny.advanced(State.new(changed.config, tiny.dataset()), left_at)
    save_state(tmp_path / "last.safetensors", broken)
    resumed = load_state(tmp_path / "last.safetensors", tiny.dataset())
    assert_same(tiny.advanced(resumed, 8 - left_at), changed)


@pytest.mark.parametrize("half", ["encoder", "decoder"])
def test_what_is_frozen_does_not_move(half: str) -> None:
    """Neither its weights nor its moments; the other half learns on, and later both do."""
    state = tiny.advanced(State.new(SETTINGS, tiny.dataset()), 2)
    state.change(Levers.model_validate({"frozen": half}))
    before = {name: p.detach().clone() for name, p in state.model.named_parameters()}
    tiny.advanced(state, 2)
    moved = {n for n, p in state.model.named_parameters() if not torch.equal(p, before[n])}
    decoder = {name for name in before if name.startswith("decoder.")}
    assert moved == (decoder if half == "encoder" else set(before) - decoder)
    state.change(Levers(frozen="none"))
    tiny.advanced(state, 1)
    assert all(not torch.equal(p, before[n]) for n, p in state.model.named_parameters())


def test_beta_weighs_the_kl() -> None:
    """From the step of the change on, the loss is recon + the new beta KL."""
    state = State.new(SETTINGS, tiny.dataset())
    state.change(Levers(weight=7))
    terms = advance(state)
    torch.testing.assert_close(terms.loss, terms.parts["recon"] + 7 * terms.parts["kl"])


def test_a_change_is_an_event() -> None:
    """It is told once, at its step, before the step is taken."""
    state = State.new(SETTINGS, tiny.dataset())
    told = []
    for event in train(state, every=0):
        if event.step == 2 and not state.config.train.changes:
            state.change(Levers(weight=3))
        if isinstance(event, Changed):
            told.append((event.step, event.change.weight))
    assert told == [(2, 3)]


def test_an_objective_without_a_weight_has_no_such_lever() -> None:
    """The settings say so in a sentence."""
    train_ = SETTINGS.train.replace(changes=(Change(step=1, weight=2),))
    with pytest.raises(ConfigError, match="no weight to change"):
        SETTINGS.replace(objective=IwaeConfig(), train=train_)
