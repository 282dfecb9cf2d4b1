"""From settings to a dataset: which source, which files, which split, and what is left out."""

import os
from pathlib import Path

import torch

from vae import places
from vae.config import DataConfig
from vae.data import idx_sets
from vae.data.dataset import Dataset, Progress, Split, TensorImages, describe
from vae.data.download import download as fetch
from vae.data.embedded import COUNT, NOTE, embedded_digits, load_embedded
from vae.data.folder import load_folder
from vae.data.idx_sets import IdxSet
from vae.data.sprites import load_sprites
from vae.errors import DataError
from vae.files import cache_folder


def load(
    config: DataConfig, split: Split, *, download: bool = False, progress: Progress | None = None
) -> Dataset:
    """The images that the settings name; `limit` shortens the training split alone.

    MNIST, Fashion-MNIST and KMNIST are looked for in `config.path` and nowhere else where that is
    given; else in the folder that the environment variable VAE_DATA names, in the cache
    (VAE_CACHE, by default ~/.cache/latent-space-laboratory), among Debian's packages, and with
    `download` on the network. Where MNIST is in none of them, the embedded digits stand in.
    """
    if config.name == "embedded":
        data = load_embedded(split)
    elif config.name == "sprites":
        data = load_sprites(split)
    elif config.name == "own":
        raise DataError(
            "These images were given by a program and are not kept. Give them again there, or save "
            "them as a folder of pictures and use data 'folder'."
        )
    elif config.name == "folder":
        if config.path is None:
            raise DataError(
                "The images of this model are own ones, and it does not say where they are: it comes "
                "from elsewhere. Give their folder or zip as the data's path."
            )
        data = load_folder(config.path, split, config.shape, progress)
    else:
        data = _load_idx(config, split, download=download, progress=progress)
    return data.first(config.limit) if split == "train" and config.limit else data


def _load_idx(
    config: DataConfig, split: Split, *, download: bool, progress: Progress | None
) -> Dataset:
    which = idx_sets.SETS[config.name]
    apart = config.hold_out == "embedded"
    folder = _given(which, config.path, split) if config.path else _search(which, config, split)
    if folder is None and download:
        cache = cache_folder() / which.name
        folder = cache if fetch(which, cache, progress) else None
    if folder is not None:
        data = idx_sets.read_split(which, folder, split)
        return _without_embedded(data, split) if apart and split != "test" else data
    if which is idx_sets.MNIST:
        return _stand_in(split, apart)
    raise DataError(
        f"{which.title} is not on this machine and "
        + ("its mirrors do not answer. " if download else "its download was not asked for. ")
        + f"Connect and allow the download, or give a folder with {_listed(split)}."
    )


def _given(which: IdxSet, path: Path, split: Split) -> Path:
    """The folder of the files in the one place that was named."""
    root = path.expanduser()
    folder = idx_sets.find_folder(which, root, split)
    if folder is None:
        raise DataError(_why_not(which, root, split))
    if other := idx_sets.foreign(which, folder, split):
        raise DataError(f"{folder} holds {other.title}, not {which.title}. Give another folder.")
    return folder


def _why_not(which: IdxSet, root: Path, split: Split) -> str:
    """What is wrong with a folder that was named, and what to do."""
    if not root.is_dir():
        return f"{root} is not a folder. {which.title} needs one with {_listed(split)}."
    if missing := idx_sets.lacking(which, root, split):
        return (
            f"{root} lacks {', '.join(missing)}, plain or gzipped, which {which.title} needs. Give the "
            "folder that holds all of its files."
        )
    return f"{root} has the files of {which.title} in several folders. Put all of them into one."


def _search(which: IdxSet, config: DataConfig, split: Split) -> Path | None:
    """The folder of the files in the usual places, or None; another set's files do not count."""
    roots = places.roots(config)
    if os.environ.get("VAE_DATA") and not roots[0].is_dir():
        raise DataError(
            f"VAE_DATA names {roots[0]}, which is not a folder. Correct it, or unset it."
        )
    for root in roots:
        folder = idx_sets.find_folder(which, root, split)
        if folder is not None and idx_sets.foreign(which, folder, split) is None:
            return folder
    return None


def _stand_in(split: Split, apart: bool) -> Dataset:
    """The embedded digits in place of MNIST; a model that was trained apart from them meets all."""
    if apart and split == "train":
        raise DataError(
            "MNIST is not on this machine, and without the embedded digits nothing is left to "
            "train on. Allow its download, give its folder, or drop the hold-out."
        )
    data = load_embedded("all" if apart else split)
    return Dataset(data.name, data.images, data.labels, data.classes, NOTE)


def _without_embedded(data: Dataset, split: Split) -> Dataset:
    """MNIST less the embedded digits, which are found by their pixels."""
    embedded = {image.tobytes() for image in embedded_digits()[0].numpy()}
    assert isinstance(data.images, TensorImages)
    pixels = data.images.take(torch.arange(len(data))).numpy()
    keep = torch.tensor([image.tobytes() not in embedded for image in pixels])
    left_out = len(data) - int(keep.sum())
    if left_out != COUNT:
        raise DataError(
            f"{left_out:,} of the 5,000 embedded digits are in this training set, all should be. "
            "Give MNIST's own files, or drop the hold-out."
        )
    rest = data.subset(keep.nonzero().squeeze(1))
    note = describe("MNIST less the 5,000 embedded digits", len(rest), split)
    return Dataset(rest.name, rest.images, rest.labels, rest.classes, note)


def _listed(split: Split) -> str:
    return ", ".join(idx_sets.file_names(split))
