"""Compiled steps: against autograd and torch's Adam, and when there are any."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training import tiny
from tests.training.test_resume import assert_same
from vae import compiler
from vae.config import ElboConfig, FactorConfig, Levers, RunConfig
from vae.errors import DeviceError
from vae.events import Changed, Compiling
from vae.training import State, advance, compiled, load_state, save_state, train
from vae.training.compiled import CompiledStep

needs_compiler = pytest.mark.skipif(
    compiler.compiler() is None, reason="needs the C++ compiler that torch looks for"
)
STEPS = 8


def settings(choice: str, **parts: Any) -> RunConfig:
    """Of a tiny run whose discriminator has an Adam of its own, and whose rate changes."""
    config = tiny.config(**{"objective": FactorConfig(width=8), **parts})
    return config.replace(train=config.train.replace(compile=choice, schedule="cosine"))


@needs_compiler
def test_compiled_steps_are_the_others(tmp_path: Path) -> None:
    """Weights, moments and terms are autograd's and Adam's; a file in between changes no bit."""
    expected = State.new(settings("off"), tiny.dataset())
    straight = State.new(settings("on"), tiny.dataset())
    for _ in range(STEPS):
        theirs, ours = advance(expected), advance(straight)
        torch.testing.assert_close(ours.loss, theirs.loss.detach())
        assert ours.parts.keys() == theirs.parts.keys()
    assert straight.code is not None
    for one, other in zip(straight.model.parameters(), expected.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    for kept in straight.optimizer.state.values():
        assert kept["step"] == STEPS
    save_state(
        tmp_path / "half", tiny.advanced(State.new(settings("on"), tiny.dataset()), STEPS // 2)
    )
    assert_same(tiny.advanced(load_state(tmp_path / "half", tiny.dataset()), STEPS // 2), straight)


def state_at(step: int, choice: str = "auto", **parts: Any) -> State:
    """In a training that is just long enough."""
    config = settings(choice, **parts)
    epochs = compiler.WORTH // 3 + 1  # of three steps
    state = State.new(config.replace(train=config.train.replace(epochs=epochs)), tiny.dataset())
    state.step = step
    return state


def test_long_trainings_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """By themselves, after the first steps, where there is a compiler; and never against a word."""
    monkeypatch.setattr(compiler, "compiler", lambda: "g++")
    assert not compiled.wanted(state_at(0))
    assert compiled.wanted(state_at(compiled.FIRST))
    assert not compiled.wanted(state_at(compiled.FIRST, "off"))
    assert compiled.wanted(State.new(settings("on"), tiny.dataset()))
    assert not compiled.wanted(State.new(settings("auto"), tiny.dataset()))
    monkeypatch.setattr(compiler, "compiler", lambda: None)
    assert not compiled.wanted(state_at(compiled.FIRST))


def test_what_changes_is_not_compiled() -> None:
    """Neither a weight that still grows nor one that a lever moved, nor half of a model."""
    growing = state_at(9, "on", objective=ElboConfig(warmup_steps=10))
    assert not compiled.wanted(growing)
    growing.step = 10
    assert compiled.wanted(growing)
    for levers in (Levers(weight=2.0), Levers(frozen="encoder")):
        steered = state_at(5, "on")
        steered.change(Levers(learning_rate=0.1))
        assert compiled.wanted(steered)
        steered.change(levers)
        assert not compiled.wanted(steered)


def fail(_: CompiledStep) -> None:
    """As a compiler does that lacks something."""
    raise RuntimeError("no such compiler\nand much more")


def test_a_compiler_that_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Asked for, it is missed in a sentence; else the training goes on without, as if there were none."""
    monkeypatch.setattr(CompiledStep, "compile", fail)
    with pytest.raises(DeviceError, match=r"could not be compiled: no such compiler\. Install"):
        advance(State.new(settings("on"), tiny.dataset()))
    monkeypatch.setattr(compiled, "wanted", lambda _: True)
    without = State.new(settings("auto"), tiny.dataset())
    without.code = compiled.begin(without)
    assert without.code.result() is None
    assert "goes on uncompiled: no such compiler" in caplog.text
    expected = tiny.advanced(State.new(settings("auto"), tiny.dataset()), 3)
    assert_same(tiny.advanced(without, 3), expected)


def test_a_training_listens_while_it_compiles() -> None:
    """Until the code is there it says so, again and again, and takes no step."""
    state = State.new(settings("on"), tiny.dataset())
    state.code = Future()
    events = train(state, every=0)
    assert [next(events), next(events)] == [Compiling(step=0), Compiling(step=0)]
    state.code.set_result(None)
    assert next(events).step == 1


def test_what_is_changed_while_it_compiles_is_told() -> None:
    """A lever that is moved meanwhile ends the waiting, and is in the record."""
    state = State.new(settings("on"), tiny.dataset())
    state.code = Future()
    events = train(state, every=0)
    assert next(events) == Compiling(step=0)
    state.change(Levers(weight=2.0))
    assert next(events) == Changed(step=0, change=Levers(weight=2.0))
    assert next(events).step == 1
