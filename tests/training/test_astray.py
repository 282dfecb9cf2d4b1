"""A training that goes astray ends as such, whatever the machine's pace; one that only costs much goes on."""

import math

import pytest
import torch

from tests.training import tiny
from vae.config import BetaTcConfig, CapacityConfig, Change, ElboConfig, ObjectiveConfig
from vae.data.dataset import TensorImages
from vae.events import Diverged, Done, Epoch, Event
from vae.training import State, train

PACES = [0.0, math.inf]
"""Seconds between two looks: at every step, or at the end of an epoch alone."""


def ending(state: State, every: float = math.inf) -> Event:
    """The last event of a training that watches held-out images."""
    *_, last = train(state, tiny.dataset(6), every=every)
    return last


def at_rate(rate: float, objective: ObjectiveConfig) -> State:
    """A new training of four epochs."""
    settings = tiny.config(objective=objective)
    settings = settings.replace(train=settings.train.replace(learning_rate=rate))
    return State.new(settings, tiny.dataset())


@pytest.mark.parametrize("every", PACES)
def test_steps_that_are_too_long(every: float) -> None:
    """At a rate of 1 the loss explodes: that is no training that is done, at whatever pace it is watched."""
    event = ending(at_rate(1.0, BetaTcConfig(beta=1e6)), every)
    assert isinstance(event, Diverged)
    assert "smaller learning rate" in event.cause


@pytest.mark.parametrize("every", PACES)
def test_one_step_astray_is_enough(every: float) -> None:
    """A single terrible step within a quiet epoch ends the training at either pace."""
    state = at_rate(1e-2, ElboConfig())
    terms, taken = state.terms, 0

    def once_terrible(x: torch.Tensor, y: torch.Tensor | None) -> object:
        nonlocal taken
        taken += 1
        found = terms(x, y)
        if taken == 2:
            found.parts["recon"] = found.parts["recon"] + 700  # of some 45, in images of 64 pixels
        return found

    state.terms = once_terrible  # type: ignore[method-assign, assignment]
    event = ending(state, every)
    assert isinstance(event, Diverged)
    assert "reconstruction rose from" in event.cause


def test_first_step_is_the_measure() -> None:
    """The first reconstruction is that of the first step alone, and has an event of its own."""
    state = at_rate(1e-2, ElboConfig())
    first = next(train(state, every=math.inf))
    assert first.step == 1
    assert state.first_recon == getattr(first, "terms")["recon"]  # noqa: B009 - of any event


def test_a_code_that_costs_too_much() -> None:
    """A KL of ten thousand nats is astray even where the reconstruction is not."""
    state = at_rate(1e-9, ElboConfig())
    with torch.no_grad():
        state.model.get_parameter("posterior.linear.bias")[:2] = 100
        state.model.get_parameter("decoder.first.weight").zero_()
    event = ending(state)
    assert isinstance(event, Diverged)
    assert "KL rose to 9,9" in event.cause


def test_what_costs_nothing_may_be_long() -> None:
    """The same KL is no error of a training that does not weigh it."""
    state = at_rate(1e-9, ElboConfig(beta=0))
    with torch.no_grad():
        state.model.get_parameter("posterior.linear.bias")[:2] = 100
        state.model.get_parameter("decoder.first.weight").zero_()
    assert isinstance(ending(state), Done)


def test_held_out_images_count() -> None:
    """Weights that give the training's images a sound loss and others an absurd one are astray."""
    black, white = (
        TensorImages(torch.full((24, *tiny.SHAPE), value, dtype=torch.uint8)) for value in (0, 255)
    )
    data = tiny.dataset()
    settings = tiny.config()
    settings = settings.replace(train=settings.train.replace(learning_rate=1e-9))
    state = State.new(settings, type(data)("black", black, None, (), "Black"))
    with torch.no_grad():
        state.model.get_parameter("decoder.rest.1.bias").fill_(-1e4)
    events = list(train(state, type(data)("white", white, None, (), "White")))
    assert isinstance(events[-1], Diverged)
    assert "held-out images" in events[-1].cause
    assert not any(isinstance(event, Epoch) for event in events)


@pytest.mark.parametrize("objective", tiny.OBJECTIVES, ids=str)
def test_no_objective_is_astray_by_itself(objective: ObjectiveConfig) -> None:
    """Every objective trains to its end, whatever its weights make of the loss."""
    assert isinstance(ending(at_rate(1e-2, objective), every=0), Done)


@pytest.mark.parametrize("objective", [ElboConfig(), CapacityConfig(), BetaTcConfig()], ids=str)
def test_a_pulled_lever_is_not_astray(objective: ObjectiveConfig) -> None:
    """A weight of a million, pulled in mid-run, makes the loss long and not the training wrong."""
    settings = tiny.config(objective=objective)
    change = Change(step=5, weight=1e6)
    settings = settings.replace(train=settings.train.replace(changes=(change,)))
    assert isinstance(ending(State.new(settings, tiny.dataset()), every=0), Done)
