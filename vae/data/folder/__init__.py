"""A person's own pictures: a folder or a zip of them, with or without a sub-folder a class."""

from vae.data.folder.load import load_folder

__all__ = ["load_folder"]
