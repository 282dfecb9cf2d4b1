"""The training loop: a generator of events. It prints nothing, plots nothing and writes no file."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from itertools import chain

import torch
from torch import Tensor

from vae.data import Batch, Dataset
from vae.diagnosis import astray
from vae.events import Changed, Compiling, Diverged, Done, Epoch, Event, Step
from vae.events import Terms as Means
from vae.objectives import Terms
from vae.training.compiled import Code, begin, wanted
from vae.training.state import State
from vae.training.validation import Validation

EVENT_SECONDS = 0.25
"""A step event about so often: a request to pause is heard, and a curve moves, at this pace."""

_REMEDY = "Train again with a smaller learning rate."


def train(
    state: State,
    held_out: Dataset | None = None,
    every: float | Callable[[], float] = EVENT_SECONDS,
) -> Iterator[Event]:
    """Train to the end of the last epoch, from wherever the state stands.

    About `every` so many seconds a step says how it went; a function may say so anew each time.

    Between two events the state is whole: it may be saved, or left for good. A run that
    diverges ends with `Diverged`; what was saved before it is the last good state.

    Raises:
        ConfigError: a part of the model was exchanged after the state was made.
    """
    state.check_whole()
    validation = Validation(state, held_out) if held_out is not None else None
    recent, epoch = _Means(), _Means()
    state.model.train()
    told = -1
    while state.step < state.total_steps:
        yield from _until_compiled(state)
        if told < state.step and (changes := _changes(state)):
            told = state.step
            yield from changes
        terms = advance(state)
        recent.add(terms)
        begins = state.first_recon is None
        if state.first_recon is None:
            state.first_recon = terms.parts["recon"].item()
        ends = state.step % state.batches.steps_per_epoch == 0
        if not (begins or ends) and recent.seconds < (every() if callable(every) else every):
            continue
        if cause := _divergence(state, recent):
            yield Diverged(step=state.step, cause=f"{cause} by step {state.step}. {_REMEDY}")
            return
        yield _step_event(state, recent)
        epoch.merge(recent)
        if ends:
            found = _epoch_event(state, epoch.take(), validation)
            if cause := _astray_unseen(state, found):
                yield Diverged(step=state.step, cause=f"{cause} after step {state.step}. {_REMEDY}")
                return
            yield found
            epoch.restart()
        recent.restart()
    yield Done(step=state.step)


def advance(state: State) -> Terms:
    """One step of the optimiser on one batch."""
    batch = state.batches.next()
    state.prepare_step()
    compiled = code.result() if (code := _code(state)) else None
    terms = compiled(batch) if compiled else _by_autograd(state, batch)
    state.step += 1
    return terms


def _by_autograd(state: State, batch: Batch) -> Terms:
    state.optimizer.zero_grad(set_to_none=True)
    terms = state.terms(batch.x, batch.y)
    terms.loss.backward()
    state.optimizer.step()
    return terms


def _code(state: State) -> Code | None:
    """The next step's code, where it is to be compiled."""
    if not wanted(state):
        return None
    state.code = state.code or begin(state)
    return state.code


def _until_compiled(state: State) -> Iterator[Event]:
    """Wait for the next step's code, and listen meanwhile."""
    if state.code and state.code.done():
        return
    while (code := _code(state)) and not code.done():
        yield Compiling(step=state.step)
        wait([code], timeout=EVENT_SECONDS)


def _changes(state: State) -> list[Event]:
    """What takes effect at this step."""
    due = [change for change in state.config.train.changes if change.step == state.step]
    return [Changed(step=state.step, change=change.levers) for change in due]


class _Means:
    """Running means of the terms, kept on the device: reading a number stops a GPU."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._names: list[str] = []
        self._sum: Tensor | None = None
        self._most: Tensor | None = None
        self.steps = 0
        self._since = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._since

    def add(self, terms: Terms) -> None:
        self._names = ["loss", *terms.parts]
        values = torch.stack([terms.loss, *terms.parts.values()]).detach()
        if self._sum is None or self._most is None:
            self._sum, self._most = values, values.clone()
        else:
            self._sum.add_(values)
            torch.maximum(self._most, values, out=self._most)
        self.steps += 1

    def merge(self, other: "_Means") -> None:
        """Take in all that another has counted."""
        assert other._sum is not None, "no step was taken"
        self._names = other._names
        self._sum = other._sum if self._sum is None else self._sum.add_(other._sum)
        self.steps += other.steps

    def take(self) -> Means:
        """The means so far; the count goes on until `restart`."""
        assert self._sum is not None, "no step was taken"
        values: list[float] = (self._sum / self.steps).tolist()
        return dict(zip(self._names, values, strict=True))

    def most(self) -> Means:
        """The largest value of each term at any step so far."""
        assert self._most is not None, "no step was taken"
        return dict(zip(self._names, self._most.tolist(), strict=True))


def _step_event(state: State, recent: _Means) -> Step:
    images = recent.steps * state.batches.batch_size
    return Step(
        step=state.step,
        epoch=state.epoch,
        total_steps=state.total_steps,
        terms=recent.take(),
        images_per_second=images / recent.seconds,
    )


def _epoch_event(state: State, means: Means, validation: Validation | None) -> Epoch:
    measured = validation.measure(state) if validation else {"held_out": {}, "kl_per_unit": []}
    return Epoch(
        step=state.step,
        epoch=round(state.epoch),
        train=means,
        **measured,
    )


def _divergence(state: State, recent: _Means) -> str:
    """Why the run cannot go on, as a sentence without its end; empty where it can.

    Every step counts by itself, so that it does not matter how many were taken since the last look.
    """
    assert state.first_recon is not None, "the first step said it"
    if broken := astray.not_finite(recent.take()):
        return broken
    weights = chain(state.model.parameters(), state.objective.parameters())
    if not all(bool(weight.isfinite().all()) for weight in weights):
        return "A weight became infinite or NaN"
    return astray.bounds(state.config, state.first_recon, state.step).broken(recent.most())


def _astray_unseen(state: State, epoch: Epoch) -> str:
    """The same of what the held-out images say."""
    assert state.first_recon is not None, "the first step said it"
    found = astray.not_finite(epoch.held_out)
    unseen = astray.bounds(state.config, state.first_recon, state.step, held_out=True)
    found = found or unseen.broken(epoch.held_out)
    return f"On held-out images {found[0].lower()}{found[1:]}" if found else ""
