"""What was understood of a folder of pictures, and what was left out of it: said before a training."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vae.data.dataset import Split, describe
from vae.data.matching import quoted

CLASSES = 12
"""Classes that are counted one by one."""
LONGEST = 60
"""Characters of the title."""


@dataclass(frozen=True)
class Report:
    """What a part of a folder's data holds."""

    title: str
    split: Split
    count: int
    classes: Mapping[str, int] = field(default_factory=dict)
    """Pictures of each class in this part."""
    parts: tuple[str, ...] = ()
    """Folders that say what is for training and what is held out."""
    unlabelled: str = ""
    """Why sub-folders are no classes."""
    lost: tuple[str, ...] = ()
    """Classes of which no picture can be read."""
    unreadable: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Pictures outside all classes and parts."""
    others: Counter[str] = field(default_factory=Counter)
    """Files of other kinds, by suffix."""
    outside: tuple[str, ...] = ()
    """Links that lead out of the folder."""
    doubtful: tuple[str, ...] = ()
    """Names of which the letters are not certain."""

    def lines(self) -> tuple[str, ...]:
        """The sentence on so many images, then a line for each thing that has to be said."""
        title = self.title if len(self.title) <= LONGEST else f"{self.title[:LONGEST]}…"
        return (describe(title, self.count, self.split), *self._understood(), *self._left_out())

    def _understood(self) -> Iterator[str]:
        if self.parts:
            yield f"training and held-out images are in folders of their own: {quoted(self.parts)}"
        if self.classes:
            yield f"{_number(len(self.classes), 'class', 'classes')}: {self._counted()}"
        if empty := [name for name, count in self.classes.items() if not count]:
            yield f"no image of {quoted(empty)} in this part"
        if self.unlabelled:
            yield self.unlabelled
        if self.doubtful:
            yield (
                f"{_number(len(self.doubtful), 'name')} in the zip may have other letters, since it does "
                f"not say how they are written: {quoted(self.doubtful)}"
            )

    def _left_out(self) -> Iterator[str]:
        if self.unreadable:
            count = _number(len(self.unreadable), "unreadable file")
            yield f"{count} left out: {quoted(self.unreadable)}"
        if self.lost:
            yield f"no class {quoted(self.lost)}, since none of its pictures can be read"
        if self.beside:
            count = _number(len(self.beside), "picture")
            yield f"{count} beside the folders of classes left out: {quoted(self.beside)}"
        if self.outside:
            count = _number(
                len(self.outside), "link to a file elsewhere", "links to files elsewhere"
            )
            yield f"{count} left out: {quoted(self.outside)}"
        if self.others:
            count = _number(self.others.total(), "file")
            yield f"{count} of other kinds left out: {_by_kind(self.others)}"

    def _counted(self) -> str:
        named = [f"{quoted([name])} ({count:,})" for name, count in self.classes.items()]
        more = len(named) - CLASSES
        return ", ".join([*named[:CLASSES], *([f"{more:,} more"] if more > 0 else [])])


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _by_kind(others: Counter[str]) -> str:
    return quoted([f"{count:,} {kind}" for kind, count in _by_size(others)])


def _by_size(others: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(others.items(), key=lambda each: (-each[1], each[0]))
