"""A checkpoint folder: weights and settings, apart from the training they come from."""

from dataclasses import replace
from pathlib import Path

from vae.errors import ExportError
from vae.files import CONFIG_FILE, MODEL_FILE, AnyPath, write_atomically
from vae.training.checkpoint import Checkpoint, load_model, write_model


def export_checkpoint(path: AnyPath, folder: AnyPath, *, half: bool = False) -> Path:
    """Write a run's or a checkpoint's model as `model.safetensors` and `config.json`.

    `half` stores float16, at half the size; loading gives float32 again. Returns the folder.
    """
    checkpoint = without_place(load_model(path))
    folder = make_folder(folder)
    write_model(folder / MODEL_FILE, checkpoint, half=half)
    settings = checkpoint.config.model_dump_json(indent=2) + "\n"
    write_atomically(folder / CONFIG_FILE, settings.encode())
    return folder


def without_place(checkpoint: Checkpoint) -> Checkpoint:
    """Where the data lay concerns nobody else; of one's own folder of images the name is kept."""
    data = checkpoint.config.data
    if data.path is None:
        return checkpoint
    path = Path(data.path.name) if data.name == "folder" else None
    return replace(checkpoint, config=checkpoint.config.replace(data=data.replace(path=path)))


def make_folder(folder: AnyPath) -> Path:
    """The folder, made where it does not exist; ExportError where it cannot be."""
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"{folder} cannot be made ({error.strerror}). Choose a folder that you may write to."
        ) from error
    return folder
