"""A person's folder or zip of pictures: classes, splits, and files that had better be left out."""

import os
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.data.made_up import picture, plain
from vae.config import DataConfig
from vae.data import Dataset, Split, folder, load
from vae.errors import DataError


def fill(root: Path, files: dict[str, bytes]) -> Path:
    """A folder of these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def pack(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read(path: Path, split: Split = "all") -> Dataset:
    """The pictures at a path, 8 x 8 in grey."""
    return load(DataConfig(name="folder", path=path, size=8), split)


def values(data: Dataset) -> list[int]:
    """The first pixel of each image."""
    return [int(value) for value in data.images.take(torch.arange(len(data)))[:, 0, 0, 0]]


def test_pictures_in_a_folder(tmp_path: Path) -> None:
    """Pictures side by side have no labels and come in the order of their names."""
    root = fill(tmp_path / "own", {"b.png": plain(20), "a.PNG": plain(10), "read.me": b"text"})
    data = read(root)
    assert values(data) == [10, 20]
    assert (data.labels, data.classes, data.note) == (None, (), "own: 2 images")


@pytest.mark.parametrize("root", ["", "photos/", "deep/er/"])
@pytest.mark.parametrize("zipped", [True, False])
def test_sub_folders_are_classes(tmp_path: Path, root: str, zipped: bool) -> None:
    """Sub-folders are classes, sorted, in a folder or zip; one that holds all is looked into."""
    files = {
        f"{root}{name}": plain(value) for name, value in (("dog/1.png", 9), ("cat/x/1.png", 5))
    }
    data = read(pack(tmp_path / "own.zip", files) if zipped else fill(tmp_path / "own", files))
    assert data.classes == ("cat", "dog")
    assert data.labels is not None
    assert list(zip(values(data), data.labels.tolist(), strict=True)) == [(5, 0), (9, 1)]


def test_pictures_beside_folders_have_no_classes(tmp_path: Path) -> None:
    """Where some pictures lie in no sub-folder, there are no classes."""
    root = fill(tmp_path, {"1.png": plain(), "a/2.png": plain(), "b/3.png": plain()})
    assert read(root).labels is None


def test_colour_and_size(tmp_path: Path) -> None:
    """Images have the channels and size that the settings say."""
    root = fill(tmp_path, {"1.png": picture(Image.new("RGB", (50, 40), (1, 2, 3)))})
    data = load(DataConfig(name="folder", path=root, size=32, channels=3), "all")
    assert data.shape == (3, 32, 32)
    assert data.images.take(torch.tensor([0]))[0, :, 5, 5].tolist() == [1, 2, 3]


def test_hidden_files_do_not_count(tmp_path: Path) -> None:
    """Files that macOS or a person hides are passed over in silence."""
    hidden = ("__MACOSX/._1.png", ".git/2.png", "._3.png", ".DS_Store", "a/.x.png")
    files = {"1.png": plain()} | dict.fromkeys(hidden, b"junk")
    for path in (fill(tmp_path / "own", files), pack(tmp_path / "own.zip", files)):
        assert read(path).note.endswith(": 1 image")


def test_broken_files_are_counted(tmp_path: Path) -> None:
    """Damaged pictures are left out and counted, and the others keep their labels."""
    files = {"a/1.png": b"", "a/2.png": plain(2), "b/1.png": plain(3)[:30], "b/2.png": plain(4)}
    data = read(fill(tmp_path / "own", files))
    assert data.note == "own: 2 images; 2 unreadable files left out"
    assert data.labels is not None
    assert list(zip(values(data), data.labels.tolist(), strict=True)) == [(2, 0), (4, 1)]


def test_nothing_readable_is_told(tmp_path: Path) -> None:
    """A folder of damaged pictures alone is an error."""
    with pytest.raises(DataError, match="none of the 1 pictures can be read"):
        read(fill(tmp_path / "own", {"1.png": b"junk"}))


@pytest.mark.parametrize("content", [{}, {"read.me": b"text"}])
def test_no_picture_is_told(tmp_path: Path, content: dict[str, bytes]) -> None:
    """A folder without pictures is an error that names the formats."""
    (tmp_path / "own").mkdir()
    with pytest.raises(DataError, match=r"holds no picture.*\.png"):
        read(fill(tmp_path / "own", content))


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is an error."""
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04" + bytes(50)])
def test_a_broken_zip_is_told(tmp_path: Path, content: bytes) -> None:
    """A file that is no whole zip is an error."""
    path = tmp_path / "own.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="neither a folder nor a whole zip"):
        read(path)


def test_a_zip_cannot_reach_out(tmp_path: Path) -> None:
    """Names that lead out of the zip are passed over, and nothing is written anywhere."""
    files = {"../evil.png": plain(1), "/evil.png": plain(2), "a/../../evil.png": plain(3)}
    data = read(pack(tmp_path / "own.zip", files | {"good.png": plain(4)}))
    assert values(data) == [4]
    assert [path.name for path in tmp_path.rglob("*")] == ["own.zip"]


def test_a_huge_entry_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that unpacks beyond the limit is left out, whatever size the zip states."""
    monkeypatch.setattr(folder, "MAX_FILE", 10_000)
    files = {"bomb.png": plain() + bytes(20_000), "good.png": plain(4)}
    data = read(pack(tmp_path / "own.zip", files))
    assert (values(data), "1 unreadable file left out" in data.note) == ([4], True)


def test_a_damaged_entry_is_left_out(tmp_path: Path) -> None:
    """A zip with a flipped byte loses that picture alone."""
    path = pack(tmp_path / "own.zip", {"a.png": plain(1, (64, 64)), "b.png": plain(4)})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(bytes(content))
    assert values(read(path)) == [4]


def test_loops_and_pipes_do_not_hang(tmp_path: Path) -> None:
    """A link to the folder itself is not followed, and a pipe is not waited for."""
    root = fill(tmp_path / "own", {"a/1.png": plain(4)})
    (root / "a" / "loop").symlink_to(root, target_is_directory=True)
    (root / "a" / "gone.png").symlink_to(root / "nowhere")
    os.mkfifo(root / "a" / "pipe.png")
    data = read(root)
    assert (values(data), "2 unreadable files left out" in data.note) == ([4], True)


def test_a_tenth_is_for_testing(tmp_path: Path) -> None:
    """Training and test pictures are 90 and 10 in 100, share none, and are the same at every call."""
    root = fill(tmp_path / "own", {f"{n}.png": plain(n) for n in range(100)})
    train, test = values(read(root, "train")), values(read(root, "test"))
    assert (len(train), len(test)) == (90, 10)
    assert sorted(train + test) == list(range(100))
    assert values(read(root, "test")) == test


def test_the_split_outlives_new_pictures(tmp_path: Path) -> None:
    """A new picture moves at most one of the others between training and test."""
    root = fill(tmp_path / "own", {f"{n}.png": plain(n) for n in range(50)})
    before = set(values(read(root, "test")))
    fill(root, {"new.png": plain(200)})
    assert len(before - set(values(read(root, "test")))) <= 1


def test_limited_pictures_are_mixed(tmp_path: Path) -> None:
    """The first training pictures are not all of the first class."""
    files = {f"{name}/{n}.png": plain(n) for name in "ab" for n in range(20)}
    root = fill(tmp_path / "own", files)
    data = load(DataConfig(name="folder", path=root, size=8, limit=12), "train")
    assert data.labels is not None
    assert set(data.labels.tolist()) == {0, 1}


def test_one_picture_cannot_be_split(tmp_path: Path) -> None:
    """A single picture is no training and test set."""
    with pytest.raises(DataError, match="holds one picture"):
        read(fill(tmp_path / "own", {"1.png": plain()}), "train")


def test_too_many_pictures_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that would fill the memory are refused before any is read."""
    monkeypatch.setattr(folder, "MAX_BYTES", 100)
    with pytest.raises(DataError, match="Choose a smaller size"):
        read(fill(tmp_path / "own", {f"{n}.png": plain() for n in range(2)}))


def test_progress_is_told(tmp_path: Path) -> None:
    """Reading pictures reports each of them."""
    seen: list[tuple[str, int, int]] = []
    root = fill(tmp_path / "own", {f"{n}.png": plain() for n in range(3)})
    config = DataConfig(name="folder", path=root, size=8)
    load(config, "all", progress=lambda *now: seen.append(now))
    assert seen == [("pictures", n, 3) for n in (1, 2, 3)]
