"""Zips of strangers: names as their writers meant them, contents no larger than is asked for."""

import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

UTF8_FLAG = 0x800
"""The bit by which a zip says that a name is UTF-8."""


MOST_AT_ONCE = 2**22
"""Bytes of a zip that are read at once: so many has the list of some 50,000 files."""


class _InParts:
    """A file of which not much may be asked for at once, as `zipfile` asks for the whole list of files."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._read(size if 0 <= size <= MOST_AT_ONCE else MOST_AT_ONCE + 1)
        if len(content) > MOST_AT_ONCE:
            raise zipfile.BadZipFile("its list of files is too long")
        return content


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """A zip of not too many files; `zipfile.BadZipFile` where it is none, or has more."""
    with zipfile.ZipFile(_InParts(file)) as archive:
        yield archive


@dataclass(frozen=True)
class Listing:
    """What a zip holds."""

    entries: dict[str, zipfile.ZipInfo]
    """Files by name, with a slash between folders. Of two of one name the last, as `unzip` takes it."""
    doubtful: tuple[str, ...]
    """Names that are not UTF-8 and do not say what they are: their letters may be other ones."""


def listing(archive: zipfile.ZipFile) -> Listing:
    """The files of a zip; folders are left out."""
    entries: dict[str, zipfile.ZipInfo] = {}
    doubtful = []
    for info in archive.infolist():
        name, known = _name(info)
        if name.endswith("/"):
            continue
        entries[name] = info
        if not known:
            doubtful.append(name)
    return Listing(entries, tuple(doubtful))


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes | None:
    """The content of a file; None where it has more than `limit` bytes, whatever the zip states.

    Raises:
        Exception: nearly anything, where the file is damaged, encrypted, or packed in an unknown way.
    """
    if info.file_size > limit:
        return None
    with archive.open(info) as file:
        content = file.read(limit + 1)
    return content if len(content) <= limit else None


def _name(info: zipfile.ZipInfo) -> tuple[str, bool]:
    """A file's name, and whether its letters are certain.

    Python takes what is not said to be UTF-8 for code page 437. macOS writes UTF-8 without saying so,
    and an accent as a letter of its own; Windows may write backslashes, which zips do not have.
    """
    name, known = info.orig_filename, True
    if not info.flag_bits & UTF8_FLAG:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            known = False
    name = name.partition("\0")[0].replace("\\", "/")
    return unicodedata.normalize("NFC", name), known
