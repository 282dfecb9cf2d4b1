"""A model's weights as arrays, once their names, types and shapes are what the settings need."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from vae.errors import CheckpointError
from vae.files import LAST_FILE
from vae.packed import PARTS, unpack
from vae.untrusted import shortened
from vae.weights import shapes
from vae.weights.container import Array, Container, opened
from vae.weights.header import Header, header_of
from vae.weights.shapes import Shapes

Weights = Mapping[str, Array]
"""Arrays by the names that they have in the model's state_dict."""

Axes = tuple[int | None, ...]
"""Lengths of an array's axes; None is any length."""

MODEL = "model."
"""Before the model's names, where a file holds more than a model."""
_DECODER = ("decoder.", "pixels.", "top_down.")
"""Beginnings of the names that a snapshot without its encoder has."""
_LEARNED = (MODEL, "objective.")
_FLOATS = ("F16", "F32", "F64")


def read_header(path: Path) -> Header:
    """What a file says of itself.

    Raises:
        CheckpointError: it is missing, pickled, damaged, foreign or of another version.
    """
    with opened(path) as file:
        return header_of(file)


def check_fits(path: Path) -> Header:
    """The header of a file whose weights fit its settings and are finite; they are read one by one.

    Raises:
        CheckpointError: what is wrong with it.
    """
    with opened(path) as file:
        header = header_of(file)
        if header.kind == "held-out":
            return header
        _check_shapes(file, header)
        if header.packed is not None:
            _model_of(file, header)
            return header
        for name in file.tensors:
            if header.kind == "model" or name.startswith(_LEARNED):
                _finite(path, name, file.read(name))
    return header


def read_model(path: Path, needed: Shapes | None = None) -> tuple[Header, dict[str, Array]]:
    """A whole model in a file, be it of a model, a moment or a whole training.

    `needed` are the weights of a model with parts of a program's own, which no settings describe.

    Raises:
        CheckpointError: as `read_weights`, or a moment's decoder without its encoder.
    """
    with opened(path) as file:
        header = header_of(file)
        needed = _check_shapes(file, header, needed)
        if needed.keys() - _names(file, header).keys():
            raise CheckpointError(
                f"{path} holds a decoder without its encoder. Pick the trained model, or another "
                "moment of its training."
            )
        return header, _model_of(file, header)


def read_weights(path: Path) -> dict[str, Array]:
    """What a file holds of a model: of some moments the decoder alone.

    Raises:
        CheckpointError: no such file; one that is pickled, damaged, foreign or of another version;
            weights that do not fit their settings or are not finite.
    """
    with opened(path) as file:
        header = header_of(file)
        _check_shapes(file, header)
        return _model_of(file, header)


def read_state(path: Path, needed: Shapes | None = None) -> tuple[Header, dict[str, Array]]:
    """All tensors of a whole training; `needed` as in `read_model`.

    Raises:
        CheckpointError: as `read_weights`, or a file without its training.
    """
    with opened(path) as file:
        header = header_of(file)
        if header.kind != "state":
            raise CheckpointError(
                f"{path} holds a model without its training. Resume from {LAST_FILE}."
            )
        _check_shapes(file, header, needed)
        found = {name: file.read(name) for name in file.tensors}
    for name, array in found.items():
        if name.startswith(_LEARNED):
            _finite(path, name, array)
    return header, found


def read_arrays(path: Path, wanted: Mapping[str, tuple[str, Axes]]) -> dict[str, Array]:
    """Arrays that lie beside a moment's weights, of the types and shapes wanted.

    Raises:
        CheckpointError: they are missing, of another type or shape, or not finite.
    """
    with opened(path) as file:
        header_of(file)
        for name, (dtype, axes) in wanted.items():
            found = file.tensors.get(name)
            if found is None or found.dtype != dtype or not _like(found.shape, axes):
                raise CheckpointError(
                    f"{path} is damaged: its {name} are missing or of another shape. "
                    "Take another copy."
                )
        return {name: _finite(path, name, file.read(name)) for name in wanted}


def _like(shape: tuple[int, ...], axes: Axes) -> bool:
    pairs = zip(shape, axes, strict=False)
    return len(shape) == len(axes) and all(axis in (None, length) for length, axis in pairs)


def _names(file: Container, header: Header) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the model's weights, as the file has them."""
    if header.packed is not None:
        return dict(header.packed)
    if header.kind == "model":
        return {name: tensor.shape for name, tensor in file.tensors.items()}
    return _within(MODEL, {name: tensor.shape for name, tensor in file.tensors.items()})


def _within(prefix: str, found: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {n.removeprefix(prefix): shape for n, shape in found.items() if n.startswith(prefix)}


def _check_shapes(file: Container, header: Header, needed: Shapes | None = None) -> Shapes:
    """What a whole model needs; CheckpointError where names, types or shapes are other ones."""
    config, found = header.config, _names(file, header)
    if header.kind == "held-out":
        raise CheckpointError(f"{file.path} holds pictures, no model. Pick a model.")
    if needed is None:
        if header.own:
            raise CheckpointError(
                f"The {header.own} of the model in {file.path} is a program's own: the file does not "
                "say how it is built. In that program, give it: load_model(path, model=...) or "
                "load_state(path, data, model)."
            )
        needed = shapes.of_model(config.model)
    partial = header.kind == "snapshot" and found and all(n.startswith(_DECODER) for n in found)
    here = {n: s for n, s in needed.items() if n in found or n.startswith("decoder.")}
    _compare(file.path, found, here if partial else needed)
    if header.kind == "state":
        own = _within("objective.", {n: t.shape for n, t in file.tensors.items()})
        _compare(file.path, own, shapes.of_objective(config.objective, config.model.latent_dim))
    if header.packed is not None:
        _check_parts(file)
        return needed
    prefix = "" if header.kind == "model" else MODEL
    for name in found:
        if (dtype := file.tensors[prefix + name].dtype) not in _FLOATS:
            raise _unfit(
                file.path, f"{name} is of type {dtype}, needed is one of {', '.join(_FLOATS)}"
            )
    return needed


def _compare(path: Path, found: Mapping[str, object], needed: Mapping[str, object]) -> None:
    """CheckpointError at the first name that is missing, too much, or of another shape."""
    if missing := needed.keys() - found.keys():
        raise _unfit(path, f"it lacks {min(missing)}")
    if further := found.keys() - needed.keys():
        raise _unfit(path, f"it holds {shortened(min(further))}, which they do not have")
    for name, shape in needed.items():
        if found[name] != shape:
            raise _unfit(path, f"{name} is {_shown(found[name])}, they ask for {_shown(shape)}")


def _check_parts(file: Container) -> None:
    """CheckpointError where packed weights do not lie in three rows of numbers."""
    for name, dtype in zip(PARTS, ("U8", "F16", "F16"), strict=True):
        tensor = file.tensors.get(name)
        if tensor is None or tensor.dtype != dtype or len(tensor.shape) != 1:
            raise _unfit(file.path, f"its packed {name} are missing or of another type")


def _model_of(file: Container, header: Header) -> dict[str, Array]:
    """The model's weights, finite."""
    if header.packed is not None:
        parts = {name: file.read(name) for name in PARTS}
        try:
            found = unpack(parts, [(name, list(shape)) for name, shape in header.packed])
        except ValueError as error:
            raise CheckpointError(
                f"{file.path} is damaged ({error}). Take another copy."
            ) from error
        return {name: _finite(file.path, name, array) for name, array in found.items()}
    prefix = "" if header.kind == "model" else MODEL
    names: Iterable[str] = _names(file, header)
    return {name: _finite(file.path, name, file.read(prefix + name)) for name in names}


def _finite(path: Path, name: str, array: Array) -> Array:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise CheckpointError(
            f"{path} has weights that are not finite numbers ({shortened(name)}): the training "
            "diverged, or the file is damaged. Pick another model, or train anew with a smaller "
            "learning rate."
        )
    return array


def _unfit(path: Path, why: str) -> CheckpointError:
    return CheckpointError(
        f"{path} does not fit its own settings: {why}. Train again, or take an older copy."
    )


def _shown(shape: object) -> str:
    return shortened(str(list(shape))) if isinstance(shape, tuple) else "missing"
