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
from safetensors import SafetensorError
from safetensors.torch import load as parse_safetensors
from safetensors.torch import save as to_safetensors
from torch import Tensor

from vae import models
from vae.config import RunConfig, parse
from vae.data import Dataset
from vae.errors import CheckpointError, ConfigError, DataError
from vae.files import LAST_FILE, MODEL_FILE, AnyPath, write_atomically
from vae.packed import PARTS, unpack
from vae.training.state import State

FORMAT = "latent-space-laboratory"
VERSION = 1

_PICKLES = (b"\x80", b"PK\x03\x04", b"\x1f\x8b")
"""First bytes of a pickle, of torch.save's zip, and of a compressed one."""

Tensors = dict[str, Tensor]


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
        CheckpointError: no such file, or one that is pickled, damaged, foreign or of another version.
        DataError: other data than it was trained on.
    """
    path = Path(path)
    tensors, header = _read(path)
    _check_own(path, header, model)
    if header["kind"] != "state":
        raise CheckpointError(
            f"{path} holds a model without its training. Resume from {LAST_FILE}."
        )
    state = State.new(_config(path, header), data, model)
    state.step, state.first_recon = header["step"], header.get("first_recon")
    _fill(state.model, _within("model", tensors), path)
    _fill(state.objective, _within("objective", tensors), path)
    try:
        batches = _within("batches", tensors)
        _fill_generator(state.noise, batches.pop("reparameterisation"))
        state.batches.restore(batches)
        _fill_optimizer(state.optimizer, _within("optimizer", tensors))
    except DataError:  # other data than it was trained on
        raise
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise CheckpointError(
            f"{path} does not fit its own settings ({error}). Train again, or take an older copy."
        ) from error
    return state


def load_model(path: AnyPath, device: str = "cpu", model: models.Model | None = None) -> Checkpoint:
    """A model ready for use, from a run's folder, a checkpoint's folder or a .safetensors file.

    Where parts of it are a program's own, it gives a `model` that has them, to be filled.

    Raises:
        CheckpointError: nothing there yet, or a file that is pickled, damaged, foreign or of
            another version.
    """
    path = find_weights(path)
    tensors, header = _read(path)
    _check_own(path, header, model)
    config = _config(path, header)
    model = models.build(config.model) if model is None else model
    _fill(model, _of_model(path, tensors, header), path)
    return Checkpoint(model.to(device).eval(), config, header["step"], path, header)


def find_weights(path: AnyPath) -> Path:
    """The file of weights that a run's or a checkpoint's folder holds; a file is itself."""
    path = Path(path)
    if path.is_file():
        return path
    if not path.exists():
        raise CheckpointError(
            f"{path} does not exist. Give a run, a checkpoint or a .safetensors file."
        )
    for name in (MODEL_FILE, LAST_FILE):
        if (path / name).is_file():
            return path / name
    raise CheckpointError(f"{path} has no weights yet. Wait for its first epoch, or pick another.")


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


def _read(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """Tensors and header of a file of ours."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        tensors = parse_safetensors(content)
    except (SafetensorError, ValueError, KeyError) as error:
        # Only now: a file of ours may happen to begin with the same byte as a pickle.
        if content.startswith(_PICKLES):
            raise CheckpointError(
                f"{path} is a pickled file: loading it could run code, so it is refused. "
                "Save its weights as safetensors where you trust them."
            ) from None
        raise CheckpointError(
            f"{path} is damaged or no safetensors file ({error}). Take another copy, or train again."
        ) from error
    # Eight bytes give the length of the JSON that follows, which the parser does not return.
    length = int.from_bytes(content[:8], "little")
    described = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    return tensors, _checked_header(path, described)


def _checked_header(path: Path, described: Mapping[str, str]) -> dict[str, Any]:
    if described.get("format") != FORMAT:
        raise CheckpointError(f"{path} holds weights of another program. Give a file made here.")
    damaged = f"{path} has a damaged header. Take another copy, or train again."
    try:
        header: dict[str, Any] = json.loads(described["header"])
        version = header["version"]
    except (KeyError, ValueError, TypeError) as error:
        raise CheckpointError(damaged) from error
    if version != VERSION:
        raise CheckpointError(
            f"{path} has format version {version}, this program reads version {VERSION}. "
            "Update the program, or export the file again."
        )
    if not header.keys() >= {"kind", "step", "config"}:
        raise CheckpointError(damaged)
    return header


def _check_own(path: Path, header: Mapping[str, Any], model: models.Model | None) -> None:
    """CheckpointError where a program's own parts are needed, and nobody gives them."""
    if model is None and (own := header.get("own")):
        parts = " and the ".join(str(part)[:20] for part in list(own)[:3])
        raise CheckpointError(
            f"The {parts} of the model in {path} is a program's own: the file does not say how it is "
            "built. In that program, give it: load_model(path, model=...) or load_state(path, data, model)."
        )


def _config(path: Path, header: Mapping[str, Any]) -> RunConfig:
    try:
        return parse(RunConfig, header["config"])
    except ConfigError as error:
        raise CheckpointError(f"{path} has settings that are not known here: {error}") from error


def _of_model(path: Path, tensors: Tensors, header: Mapping[str, Any]) -> Tensors:
    """The model's own weights, under the names that it has for them."""
    if header["kind"] == "model":
        return tensors
    if "packed" not in header:
        return _within("model", tensors)
    try:
        arrays = unpack({name: tensors[name].numpy() for name in PARTS}, header["packed"])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({error}). Take another copy.") from error
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _fill(module: torch.nn.Module, tensors: Tensors, path: Path) -> None:
    try:
        module.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except RuntimeError as error:
        first = str(error).splitlines()[-1].strip()
        raise CheckpointError(f"{path} does not fit its own settings: {first}") from error


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
    states: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        place, name = key.split(".")
        states.setdefault(int(place), {})[name] = tensor
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": states, "param_groups": whole["param_groups"]})
