"""The operations that a function of tensors calls, autograd's among them, written down as a graph.

A recording holds for as long as the function would call the same operations: nothing in it may
depend on a tensor's value, and every number that it takes from Python is kept as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

_READS_A_VALUE = torch.ops.aten._local_scalar_dense.default
_SAME_TENSOR = torch.ops.aten.detach.default


@dataclass(frozen=True)
class Recording:
    """A function as a graph of its inputs, of noise and of the tensors that it found outside."""

    graph: fx.GraphModule
    """Takes the inputs, then what `draws` give, then `outside`; gives what the function gave."""
    draws: tuple[Callable[[], Tensor], ...]
    """Noise from the function's own generators, in its order."""
    noise: tuple[Tensor, ...]
    """What they gave to the recording."""
    outside: tuple[Tensor, ...]
    """Weights and constants: not copies, the tensors themselves, without their gradients."""


@dataclass(frozen=True)
class _Call:
    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    out: Any

    @property
    def draws(self) -> bool:
        return any(isinstance(leaf, torch.Generator) for leaf in self._given)

    @property
    def again(self) -> Callable[[], Tensor]:
        """The same call of torch's public function, which starts in a third of the operation's time."""
        return partial(
            getattr(torch, self.operation.overloadpacket.__name__), *self.args, **self.kwargs
        )

    @property
    def _given(self) -> list[Any]:
        return tree_leaves((self.args, self.kwargs))

    def check(self) -> None:
        """Assert that the operation may be recorded."""
        assert self.operation is not _READS_A_VALUE, "a value decides what is computed next"
        if torch.Tag.nondeterministic_seeded in self.operation.tags:
            assert self.draws, f"noise from nobody's generator: {self.operation}"
            tensors = any(isinstance(leaf, Tensor) for leaf in self._given)
            assert not tensors, f"noise that depends on a tensor: {self.operation}"


class _Recorder(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[_Call] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        call = _Call(func, args, kwargs or {}, func(*args, **(kwargs or {})))
        call.check()
        self.calls.append(call)
        return call.out


def record(function: Callable[..., Sequence[Tensor]], inputs: Sequence[Tensor]) -> Recording:
    """What a function does with tensors like these; it is called once, and draws its noise once."""
    recorder = _Recorder()
    with recorder:
        outputs = function(*inputs)
    calls = recorder.calls  # which keep every tensor alive: an id means one tensor until the end
    graph, nodes = fx.Graph(), dict[int, fx.Node]()
    for number, tensor in enumerate(inputs):
        nodes[id(tensor)] = graph.placeholder(f"input_{number}")
    noise = [call for call in calls if call.draws]
    for number, call in enumerate(noise):
        nodes[id(call.out)] = graph.placeholder(f"noise_{number}")
    outside = _found_outside(calls, outputs, nodes)
    for number, tensor in enumerate(outside):
        nodes[id(tensor)] = graph.placeholder(f"outside_{number}")
    for call in calls:
        if not call.draws:
            _write(graph, nodes, call)
    graph.output([nodes[id(tensor)] for tensor in outputs])
    graph.eliminate_dead_code()
    return Recording(
        fx.GraphModule({}, graph),
        tuple(call.again for call in noise),
        tuple(call.out for call in noise),
        tuple(tensor.detach() for tensor in outside),
    )


def _found_outside(
    calls: list[_Call], outputs: Sequence[Tensor], known: dict[int, fx.Node]
) -> list[Tensor]:
    """Tensors that no call made, each once."""
    made = set(known)
    found: dict[int, Tensor] = {}
    for given, out in [((c.args, c.kwargs), c.out) for c in calls] + [(outputs, ())]:
        for leaf in tree_leaves(given):
            if isinstance(leaf, Tensor) and id(leaf) not in made:
                found[id(leaf)] = leaf
        made |= {id(leaf) for leaf in tree_leaves(out)}
    return list(found.values())


def _write(graph: fx.Graph, nodes: dict[int, fx.Node], call: _Call) -> None:
    def node(leaf: Any) -> Any:
        return nodes[id(leaf)] if isinstance(leaf, Tensor) else leaf

    if call.operation is _SAME_TENSOR:
        nodes[id(call.out)] = node(call.args[0])
        return
    # As lists: pytree would take a graph's own immutable ones for leaves.
    args, kwargs = tree_map(node, (list(call.args), call.kwargs))
    made = graph.call_function(call.operation, tuple(args), kwargs)
    if isinstance(call.out, Tensor):
        # An operation in place gives the tensor that it was given, under a name that is newer.
        nodes[id(call.out)] = made
        return
    for number, tensor in enumerate(call.out):
        nodes[id(tensor)] = graph.call_function(_item, (made, number))


def _item(of: Sequence[Tensor], number: int) -> Tensor:
    return of[number]
