"""Weights and whole states on disk: safetensors with a JSON header, written in one step.

Nothing in such a file can run code; a pickled file is refused. docs/checkpoint-format.md describes
the format for other programs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as to_safetensors
from torch import Tensor

from vae import models
from vae.classes import with_names
from vae.config import RunConfig
from vae.data import Dataset
from vae.errors import CheckpointError, DataError
from vae.files import CONFIG_FILE, LAST_FILE, MODEL_FILE, AnyPath, write_atomically
from vae.training.settled import named_as_before
from vae.training.state import State
from vae.untrusted import shortened
from vae.weights import FORMAT, VERSION, Array, Shapes, read_model, read_state

Tensors = dict[str, Tensor]

NEEDED = "Give a run, a checkpoint or a .safetensors file."


@dataclass(frozen=True)
class Checkpoint:
    """A trained model and where it comes from."""

    model: models.Model
    config: RunConfig
    step: int
    path: Path
    details: Mapping[str, Any] = field(default_factory=dict)


def save_model(path: AnyPath, state: State) -> None:
    """Write the model alone: what is needed to use it, not to train on."""
    write_tensors(Path(path), state.model.state_dict(), header_of(state, "model"))


def write_model(path: AnyPath, checkpoint: Checkpoint, *, half: bool = False) -> None:
    """Write a loaded model again, alone; `half` stores its weights as float16."""
    dtype = torch.float16 if half else torch.float32
    weights = {name: t.to(dtype) for name, t in checkpoint.model.state_dict().items()}
    config = checkpoint.config.model_dump(mode="json")
    write_tensors(Path(path), weights, {**checkpoint.details, "kind": "model", "config": config})


def save_state(path: AnyPath, state: State) -> None:
    """Write all that the training needs to go on exactly."""
    generators = {"reparameterisation": state.noise.get_state(), **state.batches.state()}
    tensors = (
        _prefixed("model", state.model.state_dict())
        | _prefixed("objective", state.objective.state_dict())
        | _prefixed("batches", generators)
        | _prefixed("optimizer", _optimizer_tensors(state.optimizer))
    )
    write_tensors(Path(path), tensors, header_of(state, "state"))


def load_state(path: AnyPath, data: Dataset, model: models.Model | None = None) -> State:
    """The training that `save_state` wrote, on the hardware that its settings name here.

    Where parts of the model are a program's own, it gives a `model` that has them.

    Raises:
        CheckpointError: no such file, or one that is pickled, damaged, foreign or of another version;
            weights that do not fit their settings or are not finite.
        DataError: other data than it was trained on.
    """
    path = Path(path)
    header, arrays = read_state(path, _shapes(model))
    tensors = _tensors(arrays)
    state = State.new(named_as_before(header.config, data), data, model)
    state.step, state.first_recon = header.step, header.first_recon
    _fill(state.model, _within("model", tensors))
    _fill(state.objective, _within("objective", tensors))
    try:
        batches = _within("batches", tensors)
        _fill_generator(state.noise, batches.pop("reparameterisation"))
        state.batches.restore(batches)
        _fill_optimizer(state.optimizer, _within("optimizer", tensors))
    except DataError:  # other data than it was trained on
        raise
    except (KeyError, IndexError, RuntimeError, ValueError, TypeError) as error:
        raise CheckpointError(
            f"{path} does not fit its own settings ({shortened(str(error), 120)}). "
            "Train again, or take an older copy."
        ) from error
    return state


def load_model(path: AnyPath, device: str = "cpu", model: models.Model | None = None) -> Checkpoint:
    """A model ready for use, from a run's folder, a checkpoint's folder or a .safetensors file.

    Where parts of it are a program's own, it gives a `model` that has them, to be filled.

    Raises:
        CheckpointError: nothing there yet, or a file that is pickled, damaged, foreign, of another
            version, or without its encoder; weights that do not fit their settings or are not finite.
    """
    path = find_weights(path)
    header, arrays = read_model(path, _shapes(model))
    config = with_names(header.config)
    model = models.build(config.model) if model is None else model
    model.config = config.model
    _fill(model, _tensors(arrays))
    return Checkpoint(model.to(device).eval(), config, header.step, path, header.told)


def find_weights(path: AnyPath) -> Path:
    """The file of weights that a run's or a checkpoint's folder holds; a file is itself."""
    path = Path(path)
    if path.is_file():
        return path
    if not path.exists():
        raise CheckpointError(f"{path} does not exist. {NEEDED}")
    for name in (MODEL_FILE, LAST_FILE):
        if (path / name).is_file():
            return path / name
    if (path / CONFIG_FILE).is_file():
        raise CheckpointError(
            f"{path} has no weights yet. Wait for its first epoch, or pick another."
        )
    holds = "holds neither a run nor a checkpoint" if path.is_dir() else "is no file"
    raise CheckpointError(f"{path} {holds}. {NEEDED}")


def header_of(state: State, kind: str) -> dict[str, Any]:
    """What a file says of the training that it comes from."""
    return {
        "version": VERSION,
        "kind": kind,
        "step": state.step,
        "epoch": state.epoch,
        "first_recon": state.first_recon,
        "config": state.config.model_dump(mode="json"),
        **({"own": own} if (own := models.own_parts(state.model)) else {}),
    }


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, Any], *, flush: bool = True
) -> None:
    """Write tensors under a header, in one step."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    content = to_safetensors(whole, {"format": FORMAT, "header": json.dumps(header)})
    write_atomically(path, content, flush=flush)


def _shapes(model: models.Model | None) -> Shapes | None:
    """Names and shapes of the weights of a model that has parts of a program's own."""
    if model is None:
        return None
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


def _tensors(arrays: Mapping[str, Array]) -> Tensors:
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _fill(module: torch.nn.Module, tensors: Tensors) -> None:
    """Give a module its weights, whose names and shapes are known to fit."""
    module.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})


def _fill_generator(generator: torch.Generator, saved: Tensor) -> None:
    """Restore a generator; another kind of device has other states, and keeps its fresh one."""
    if saved.numel() == generator.get_state().numel():
        generator.set_state(saved)


def _prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> Tensors:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _within(prefix: str, tensors: Mapping[str, Tensor]) -> Tensors:
    start = f"{prefix}."
    return {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}


def _optimizer_tensors(optimizer: torch.optim.Optimizer) -> Tensors:
    """Moments and step count of each parameter, by the parameter's place in the optimiser."""
    states: dict[int, dict[str, Tensor]] = optimizer.state_dict()["state"]
    return {
        f"{place}.{name}": t for place, moments in states.items() for name, t in moments.items()
    }


def _fill_optimizer(optimizer: torch.optim.Optimizer, tensors: Tensors) -> None:
    """Restore the moments; ValueError where they are not of the parameters' shapes."""
    whole = optimizer.state_dict()
    shapes = [each.shape for group in optimizer.param_groups for each in group["params"]]
    states: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        place, name = key.split(".")
        if name != "step" and tensor.shape != shapes[int(place)]:
            raise ValueError(f"{name} {place} is {list(tensor.shape)}")
        states.setdefault(int(place), {})[name] = tensor
    optimizer.load_state_dict({"state": states, "param_groups": whole["param_groups"]})
