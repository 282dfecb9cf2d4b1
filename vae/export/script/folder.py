"""Where the images of a folder or zip come from. What its folders mean is told by the library's own lines."""

import ast
import inspect
from types import ModuleType

from vae.classes import natural
from vae.config import CvaeConfig, RunConfig
from vae.data import ground
from vae.data.decode import FORMATS, SUFFIXES
from vae.data.folder import layout
from vae.data.folder.load import TEST_SHARE
from vae.data.folder.places import MAX_DEPTH

IMPORTS = """
import math
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from unicodedata import normalize

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import nn
from torch.nn import functional as F
"""
_PICTURES = '''
PATH = Path({path!r})
SUFFIXES = {suffixes!r}
FORMATS = {formats!r}
NAMES = {names!r}  # of the classes that the model knows; empty: those of the folder
try:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    FORMATS = (*FORMATS, "HEIF")
except ImportError:
    pass  # pictures of telephones are then left out, and counted


def listed():
    """The names of the files under PATH, a folder or a zip, and the function that reads one."""
    if PATH.is_file():
        archive = zipfile.ZipFile(PATH)
        return [info.filename for info in archive.infolist() if not info.is_dir()], archive.read
    names = []
    for folder, below, files in os.walk(PATH):
        inner = Path(folder).relative_to(PATH)
        below[:] = [] if len(inner.parts) >= {depth} else below
        names += [(inner / file).as_posix() for file in files]
    return names, lambda name: (PATH / name).read_bytes()


def leads_out(name):
    """Whether a file is a link to one outside the folder."""
    path = PATH / name
    return path.is_symlink() and not path.resolve().is_relative_to(PATH.resolve())


def pictures():
    """The names of the pictures under PATH, sorted, and the function that reads one."""
    names, read = listed()
    hidden = (".", "__MACOSX", "/")
    seen = [n for n in names if not any(p.startswith(hidden) for p in PurePosixPath(n).parts)]
    found = [name for name in seen if PurePosixPath(name).suffix.lower() in SUFFIXES]
    outside = [name for name in found if leads_out(name)]
    tell("files of other kinds", set(seen) - set(found))
    tell("links to files elsewhere", outside)
    return sorted(set(found) - set(outside)), read


def tell(what, names):
    """Print what is left out."""
    if names:
        some = sorted(names)[:5]
        more = f", {{len(names) - 5}} more" if len(names) > 5 else ""
        print(f"left out: {{what}} ({{len(names)}}): {{', '.join(map(written, some))}}{{more}}")


def digest(name):
    return sha256(name.encode("utf-8", "surrogateescape")).digest()


def decoded(name, read):
    """A picture upright, opaque, cut to the middle and scaled: bytes [c h w]; None if unreadable."""
    channels, height, width = SHAPE
    try:
        image = ImageOps.exif_transpose(Image.open(BytesIO(read(name)), formats=FORMATS))
        if image.mode.startswith("I"):  # more than eight bits a value
            values = np.asarray(image)
            bits = next(bits for bits in (8, 10, 12, 14, 16) if values.max() < 2**bits)
            image = Image.fromarray((values >> bits - 8).astype(np.uint8))
    except Exception:  # decoders of damaged files raise nearly anything
        return None
    if image.has_transparency_data:
        image = opaque(image.convert("RGBA"))
    image = image.convert("L" if image.mode == "1" or channels == 1 else "RGB")
    image = ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)
    return np.array(image).reshape(height, width, channels).transpose(2, 0, 1)
'''
_LOAD = '''
def known(layout, images, read):
    """The classes of which some picture can be read, be it one that is held out."""
    found = {{layout.class_of[name] for name in images if layout.class_of}}
    for name in layout.pictures if layout.class_of else ():
        if layout.class_of[name] not in found and decoded(name, read) is not None:
            found.add(layout.class_of[name])
    return tuple(name for name in layout.classes if name in found)


def load():
    """The pictures to train on: bytes [n c h w], and the numbers of their classes [n], 0 without any."""
{changed}    names, read = pictures()
    layout = understood(names)
    order = sorted(layout.train or layout.mixed, key=digest)
    held_out = 0 if layout.parts else max(1, round({share} * len(order)))
    images = {{name: image for name in order[held_out:] if (image := decoded(name, read)) is not None}}
    classes = (NAMES or known(layout, images, read)) if layout.class_of else ()
    unknown = {{layout.class_of[name] for name in images if layout.class_of}} - set(classes)
    if not images:
        raise SystemExit(f"{{PATH}} holds no picture to train on that can be read.")
{checked}    if CLASSES and unknown:
        raise SystemExit(f"{{PATH}} has classes that the model does not know: {{sorted(unknown)}}")
    tell("unreadable files", set(order[held_out:]) - set(images))
    tell("classes without a picture that can be read", set(layout.classes) - set(classes))
    tell("pictures beside the folders of classes", layout.beside)
    print(layout.unlabelled or f"classes: {{', '.join(classes) or 'none'}}")
    print(f"{{len(images)}} pictures read to train on; held out: {{held_out or len(layout.test)}}")
    labels = [classes.index(layout.class_of[name]) if classes else 0 for name in images]
    return torch.from_numpy(np.stack([*images.values()])), torch.tensor(labels)
'''
_GIVEN = """
    if CLASSES not in (0, len(classes)):
        raise SystemExit(f"{PATH} has {len(classes)} classes, the model takes {CLASSES}.")
"""
_COUNTED = """
    CLASSES = len(classes)
    if CLASSES < 2:
        raise SystemExit(f"{PATH} has {len(classes)} classes, the model needs two. Make a sub-folder for each.")
"""


def counts_classes(config: RunConfig) -> bool:
    """Whether the settings leave to the folder how many classes there are."""
    model = config.model
    return isinstance(model, CvaeConfig) and model.classes is None and config.data.name == "folder"


def text(config: RunConfig) -> str:
    """The functions that find, understand and load the pictures to train on."""
    pictures = _PICTURES.format(
        path=str(config.data.path or "FOLDER OF IMAGES"),
        suffixes=SUFFIXES,
        formats=FORMATS,
        names=getattr(config.model, "names", ()),
        depth=MAX_DEPTH,
    )
    counts = counts_classes(config)
    load = _LOAD.format(
        share=TEST_SHARE,
        changed="    global CLASSES\n" if counts else "",
        checked=(_COUNTED if counts else _GIVEN)[1:],
    )
    library = [inspect.getsource(natural), _lines_of(layout), _lines_of(ground)]
    parts = [pictures, *library, load]
    return "\n\n\n".join(part.strip("\n") for part in parts)


def _lines_of(module: ModuleType) -> str:
    """A module of the library without its imports, of which the script has its own."""
    source = inspect.getsource(module)
    before = (ast.Expr, ast.Import, ast.ImportFrom)
    first = next(part for part in ast.parse(source).body if not isinstance(part, before))
    return "\n".join(source.splitlines()[first.lineno - 1 :])
