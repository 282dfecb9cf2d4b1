"""Names in zips as their writers meant them, and contents within bounds."""

import unicodedata
import zipfile
from io import BytesIO

import pytest

from vae import zips
from vae.zips import UTF8_FLAG


def made(names: dict[str, bytes], *, flag: bool = False, code: str = "utf-8") -> zipfile.ZipFile:
    """A zip whose names are bytes of a code, with or without the flag that says UTF-8."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(names.values()):
            archive.writestr(f"{number:0>40}", content)
    raw = buffer.getvalue()
    for number, name in enumerate(names):
        raw = raw.replace(f"{number:0>40}".encode(), name.encode(code).ljust(40, b"\0"))
    archive = zipfile.ZipFile(BytesIO(raw))
    for info in archive.infolist():
        info.flag_bits |= UTF8_FLAG if flag else 0
    return archive


def test_backslashes_separate_folders() -> None:
    """A zip of Windows has the same folders as any other."""
    assert list(zips.listing(made({"shapes\\arc\\0.png": b""})).entries) == ["shapes/arc/0.png"]


@pytest.mark.parametrize("name", ["Äpfel/0.png", "猫/0.png"])
def test_utf8_without_the_flag(name: str) -> None:
    """Names that are valid UTF-8 are UTF-8, though the zip does not say so."""
    found = zips.listing(made({name: b""}))
    assert list(found.entries) == [name]
    assert found.doubtful == ()


def test_accents_of_macos() -> None:
    """A letter and its accent are one letter, however they were written."""
    apart = unicodedata.normalize("NFD", "Äpfel/0.png")
    assert list(zips.listing(made({apart: b""})).entries) == ["Äpfel/0.png"]


def test_other_codes_are_doubtful() -> None:
    """Of a name in an unknown code the zip says that its letters are not certain."""
    found = zips.listing(made({"коты/0.png": b""}, code="cp866"))
    assert list(found.doubtful) == list(found.entries)


def test_folders_are_left_out() -> None:
    """Only files are listed."""
    assert list(zips.listing(made({"arc/": b"", "arc/0.png": b""})).entries) == ["arc/0.png"]


def test_contents_are_bounded() -> None:
    """A file of more bytes than asked for is not read."""
    archive = made({"a": bytes(1000)})
    info = archive.infolist()[0]
    assert zips.read(archive, info, 1000) == bytes(1000)
    assert zips.read(archive, info, 999) is None
