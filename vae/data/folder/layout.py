"""What the folders that pictures lie in mean: parts of the data, and classes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from unicodedata import normalize

from vae.classes import natural

TRAIN = ("train", "training")
HELD_OUT = ("test", "testing", "val", "valid", "validation")
"""Names of folders that say what their pictures are for."""


@dataclass(frozen=True)
class Layout:
    """Pictures by name, and what was understood of where they lie."""

    train: tuple[str, ...] = ()
    """Pictures to train on, where folders say so; else all of them are in `mixed`."""
    test: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """The folders that say what is for training and what is held out, as they are written."""
    class_of: dict[str, str] = field(default_factory=dict)
    """The class of each picture; empty where there are none."""
    beside: tuple[str, ...] = ()
    """Pictures left out since they lie in the folder of no class, or of no part."""
    unlabelled: str = ""
    """Why sub-folders are no classes, in a sentence; empty where there is nothing to say."""

    @property
    def pictures(self) -> tuple[str, ...]:
        """All that are used, sorted."""
        return tuple(sorted((*self.train, *self.test, *self.mixed)))

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, numbers in them in the order of numbers."""
        return tuple(sorted(set(self.class_of.values()), key=natural))


def written(name: str) -> str:
    """A name as it can be written anywhere: accents in one form, and no bytes that are no letters."""
    return normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def understood(names: Sequence[str]) -> Layout:
    """What the folders of these pictures mean.

    Where one folder holds nearly all it is looked into. `train` beside `test` (or `val`) are the parts
    of the data; folders that hold more pictures than lie beside them are classes.
    """
    folders = {name: PurePosixPath(name).parts[:-1] for name in names}
    parted = _parted(folders)
    if parted is None:
        return _classified(folders, {}, (), ())
    depth, parts = parted
    role = {name: part[depth].lower() for name, part in folders.items() if _is_part(part, depth)}
    used = {name: (*folders[name][:depth], *folders[name][depth + 1 :]) for name in role}
    beside = tuple(sorted(set(names) - set(role)))
    return _classified(used, role, parts, beside)


def _parted(folders: dict[str, tuple[str, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """How deep folders lie that part the data, and what they are called; None where there are none."""
    for depth in _depths(folders):
        found = {part[depth] for part in folders.values() if _is_part(part, depth)}
        lower = {name.lower() for name in found}
        if lower & set(TRAIN) and lower & set(HELD_OUT):
            return depth, tuple(sorted(found, key=natural))
    return None


def _is_part(folders: tuple[str, ...], depth: int) -> bool:
    return len(folders) > depth and folders[depth].lower() in (*TRAIN, *HELD_OUT)


def _depths(folders: dict[str, tuple[str, ...]]) -> Iterable[int]:
    """From the top down, as long as one folder holds more pictures than lie beside it."""
    depth = 0
    while True:
        yield depth
        counts = Counter(part[depth] for part in folders.values() if len(part) > depth)
        if len(counts) != 1 or 2 * counts.total() <= len(folders):
            return
        depth += 1


def _classified(
    folders: dict[str, tuple[str, ...]],
    role: dict[str, str],
    parts: tuple[str, ...],
    beside: tuple[str, ...],
) -> Layout:
    class_of, why = _classes(folders)
    used = class_of or folders
    train = tuple(sorted(name for name in used if role.get(name) in TRAIN))
    test = tuple(sorted(name for name in used if role.get(name) in HELD_OUT))
    strays = tuple(sorted({*beside, *(set(folders) - set(used))}))
    if not (train and test):
        # One of the parts has no classes: its pictures lie beside those of the other.
        return Layout((), (), tuple(sorted(used)), (), class_of, strays, why)
    return Layout(train, test, (), parts, class_of, strays, why)


def _classes(folders: dict[str, tuple[str, ...]]) -> tuple[dict[str, str], str]:
    """The class of each picture that has one, and why there are none where sub-folders could be classes."""
    for depth in _depths(folders):
        found = {name: part[depth] for name, part in folders.items() if len(part) > depth}
        if len(set(found.values())) < 2:
            continue
        flat = len(folders) - len(found)
        if flat < len(found):
            return {name: written(part) for name, part in found.items()}, ""
        return {}, (
            f"sub-folders are not used as classes, since {flat:,} pictures lie beside them and only "
            f"{len(found):,} in them"
        )
    return {}, ""
