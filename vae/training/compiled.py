"""A training's step as compiled code: the same products, and all between them in a few kernels.

A step of a small network spends half of its time between the products: in Python, in autograd, and
in passes over memory. torch's Inductor fuses these, given a C++ compiler and some seconds. It takes a
graph without generators of noise, which make a training repeatable; so the step is recorded first.
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from vae.compiler import pays
from vae.data import Batch
from vae.errors import DeviceError
from vae.objectives import Terms
from vae.training.recording import Recording, record

if TYPE_CHECKING:
    from vae.training.state import State

FIRST = 200
"""Steps that are taken before: what there is to see first is not kept waiting."""

Code = Future["CompiledStep | None"]
"""The compiled step, as soon as there is one; None where compiling failed."""


def wanted(state: "State") -> bool:
    """Whether the next step is to be taken in compiled code; the same at every run of the settings.

    Weights that still grow, and halves that somebody froze, would be another code at each step; of
    somebody's own network it is not known what may be recorded.
    """
    choice = state.config.train.compile
    if (
        choice == "off"
        or state.own
        or state.step < state.config.objective.steady_from
        or _steered(state)
    ):
        return False
    on_cpu = state.hardware.device.type == "cpu"
    return choice == "on" or (on_cpu and state.step >= FIRST and pays(state.total_steps))


def begin(state: "State") -> Code:
    """Record the step, and compile it in a thread that no ending waits for."""
    code: Code = Future()
    Thread(target=_compile, args=(CompiledStep(state), code), daemon=True).start()
    return code


class CompiledStep:
    """Loss, gradients and Adam's move of one state, in one piece of code."""

    def __init__(self, state: "State") -> None:
        self.must_compile = state.config.train.compile == "on"
        self._optimizer = state.optimizer
        self._names: list[str] = []
        trained = [
            (number, weight)
            for number, group in enumerate(state.optimizer.param_groups)
            for weight in group["params"]
            if weight.requires_grad
        ]
        weights = [weight for _, weight in trained]

        def gradients(x: Tensor, y: Tensor | None = None) -> list[Tensor]:
            terms = state.terms(x, y)
            self._names = ["loss", *terms.parts]
            values = [value.detach() for value in (terms.loss, *terms.parts.values())]
            return values + list(torch.autograd.grad(terms.loss, weights))

        likeness = _likeness_of_a_batch(state)
        before = state.noise.get_state()
        self._recording = recording = record(gradients, likeness)
        state.noise.set_state(before)
        moments = [_moments(state.optimizer, weight) for weight in weights]
        # All weights have taken as many: who freezes some has no compiled step.
        self._steps = int(moments[0][0])
        # Of each group, Adam's rate over the first moment's correction, and the second's
        # correction: as tensors, since a number would be compiled in.
        self._now = [torch.ones(()) for _ in range(2 * len(state.optimizer.param_groups))]
        kept = (tensor for three in moments for tensor in three)
        self._lasting = [*recording.outside, *kept, *self._now]
        self._examples = [*likeness, *recording.noise, *self._lasting]
        at = {tensor.data_ptr(): number for number, tensor in enumerate(self._examples)}
        places = [at[weight.data_ptr()] for weight in weights]
        self._take = _step(recording, places, [number for number, _ in trained], state.optimizer)

    def compile(self) -> None:
        """Have the code made, on copies of everything."""
        from torch._inductor import compile as inductor  # noqa: PLC0415 - takes a second
        from torch.fx.experimental.proxy_tensor import make_fx  # noqa: PLC0415

        examples: list[Any] = [tensor.clone() for tensor in self._examples]
        # The matcher of patterns would put product and bias together again.
        options = {"pattern_matcher": False}
        with torch.no_grad():
            graph = make_fx(self._take, {torch.ops.aten.addmm.default: _product_then_bias})(
                *examples
            )
            self._take = inductor(graph, examples, options=options)

    def __call__(self, batch: Batch) -> Terms:
        """One step on one batch."""
        noise = [draw() for draw in self._recording.draws]
        with torch.no_grad():
            self._set_now()
            values = self._take(*batch.tensors, *noise, *self._lasting)
        self._steps += 1
        loss, *parts = values
        return Terms(loss, dict(zip(self._names[1:], parts, strict=True)))

    def _set_now(self) -> None:
        """Give Adam's tensors what they are at the next step."""
        now = iter(self._now)
        for group in self._optimizer.param_groups:
            beta1, beta2 = group["betas"]
            next(now).fill_(group["lr"] / (1 - beta1 ** (self._steps + 1)))
            next(now).fill_(1 - beta2 ** (self._steps + 1))


def _step(
    recording: Recording, places: list[int], groups: list[int], optimizer: torch.optim.Adam
) -> Callable[..., Sequence[Tensor]]:
    """The function to compile, of what the recording takes, three moments a weight, and what is now.

    `places` says where among all these the weights are, `groups` which of Adam's each is in.
    """
    taken = len(recording.graph.graph.find_nodes(op="placeholder"))
    settings = [(*group["betas"], group["eps"]) for group in optimizer.param_groups]

    def take(*tensors: Tensor) -> Sequence[Tensor]:
        found = recording.graph(*tensors[:taken])
        values = len(found) - len(places)
        now = tensors[taken + 3 * len(places) :]
        for number, (place, group) in enumerate(zip(places, groups, strict=True)):
            first = taken + 3 * number
            _adam(
                tensors[place],
                found[values + number],
                tensors[first : first + 3],
                now[2 * group : 2 * group + 2],
                settings[group],
            )
        return tuple(found[:values])

    return take


def _product_then_bias(
    bias: Tensor, x: Tensor, weight: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """A linear layer whose bias is added by the kernel after it, in float32 and for nothing.

    The library of products would add it in passes of its own.
    """
    assert beta == alpha == 1, "not a linear layer's"
    return x @ weight + bias


def _adam(
    weight: Tensor,
    gradient: Tensor,
    moments: Sequence[Tensor],
    now: Sequence[Tensor],
    settings: Sequence[float],
) -> None:
    """Move a weight, in place (Kingma & Ba 2015, algorithm 1), as `torch.optim.Adam` does."""
    steps, first, second = moments
    rate, correction = now
    beta1, beta2, eps = settings
    steps.add_(1)
    first.lerp_(gradient, 1 - beta1)
    second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    weight.sub_(rate * first / ((second / correction).sqrt() + eps))


def _moments(optimizer: torch.optim.Adam, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Steps and both moments of a weight, where Adam itself keeps them."""
    kept = optimizer.state[weight]
    if not kept:
        kept["step"] = torch.zeros((), device=weight.device)
        kept["exp_avg"] = torch.zeros_like(weight.detach())
        kept["exp_avg_sq"] = torch.zeros_like(weight.detach())
    return kept["step"], kept["exp_avg"], kept["exp_avg_sq"]


def _likeness_of_a_batch(state: "State") -> list[Tensor]:
    """What every batch of the training looks like: pixels, and labels where the data has them."""
    size, device = state.batches.batch_size, state.hardware.device
    x = torch.zeros(size, *state.config.model.shape, device=device)
    return (
        [x, torch.zeros(size, dtype=torch.long, device=device)] if state.batches.labelled else [x]
    )


def _compile(step: CompiledStep, code: Code) -> None:
    # What torch tells itself: that there is no GPU, and which of its parts will be renamed.
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"torch\._inductor")
    try:
        step.compile()
    except Exception as error:  # whatever a foreign compiler is missing
        cause = str(error).strip().partition("\n")[0]
        if not step.must_compile:
            logging.getLogger(__name__).warning("The training goes on uncompiled: %s", cause)
            code.set_result(None)
            return
        failed = DeviceError(
            f"The step could not be compiled: {cause}. Install a C++ compiler, or train with "
            "compile 'off'."
        )
        failed.__cause__ = error
        code.set_exception(failed)
    else:
        code.set_result(step)


def _steered(state: "State") -> bool:
    """Whether a weight was changed or a half frozen: the step is another one since."""
    changes = state.config.train.changes
    return any(
        change.step <= state.step and (change.weight is not None or change.frozen is not None)
        for change in changes
    )
