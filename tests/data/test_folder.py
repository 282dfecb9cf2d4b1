"""A person's folder or zip of pictures: classes, splits, and files that had better be left out."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.data.made_up import picture, plain
from vae.config import DataConfig
from vae.data import Dataset, Split, load
from vae.data.folder import load as loading
from vae.data.folder import places
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
    assert (data.labels, data.classes, data.note) == (
        None,
        (),
        "own: 2 images; 1 file of other kinds left out: 1 .me",
    )


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


def test_a_stray_picture_takes_no_labels_away(tmp_path: Path) -> None:
    """One picture beside the folders of classes is left out, by name."""
    root = fill(tmp_path, {"stray.png": plain(), "a/2.png": plain(), "b/3.png": plain()})
    data = read(root)
    assert (len(data), data.classes) == (2, ("a", "b"))
    assert "1 picture beside the folders of classes left out: stray.png" in data.note


def test_as_many_pictures_beside_folders_are_no_strays(tmp_path: Path) -> None:
    """Where no fewer pictures lie beside the folders than in them, there are no classes, and why is said."""
    files = {"1.png": plain(), "2.png": plain(), "a/2.png": plain(), "b/3.png": plain()}
    data = read(fill(tmp_path, files))
    assert (len(data), data.labels, data.classes) == (4, None, ())
    assert "not used as classes, since 2 pictures lie beside them" in data.note


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
    assert "2 unreadable files left out: a/1.png, b/1.png" in data.note
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
    monkeypatch.setattr(places, "MAX_FILE", 10_000)
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
    monkeypatch.setattr(loading, "MAX_BYTES", 100)
    with pytest.raises(DataError, match="Choose a smaller size"):
        read(fill(tmp_path / "own", {f"{n}.png": plain() for n in range(2)}))


def test_progress_is_told(tmp_path: Path) -> None:
    """Reading pictures reports each of them."""
    seen: list[tuple[str, int, int]] = []
    root = fill(tmp_path / "own", {f"{n}.png": plain() for n in range(3)})
    config = DataConfig(name="folder", path=root, size=8)
    load(config, "all", progress=lambda *now: seen.append(now))
    assert seen == [("pictures", n, 3) for n in (1, 2, 3)]


@pytest.mark.parametrize("root", ["", "photos/"])
@pytest.mark.parametrize(("first", "second"), [("train", "test"), ("Training", "val")])
def test_folders_for_training_and_testing_are_the_split(
    tmp_path: Path, root: str, first: str, second: str
) -> None:
    """Pictures of a folder for testing are held out, and the folders in both are the classes."""
    values_of = {first: {"cat": 1, "dog": 2}, second: {"cat": 3, "dog": 4}}
    files = {
        f"{root}{part}/{name}/{n}.png": plain(10 * value + n)
        for part, names in values_of.items()
        for name, value in names.items()
        for n in range(3)
    }
    path = pack(tmp_path / "own.zip", files)
    train, test = read(path, "train"), read(path, "test")
    assert sorted(values(train)) == [10, 11, 12, 20, 21, 22]
    assert sorted(values(test)) == [30, 31, 32, 40, 41, 42]
    assert train.classes == test.classes == ("cat", "dog")
    assert (
        f"in folders of their own: {', '.join(sorted((first, second), key=str.lower))}"
        in train.note
    )


def test_test_pictures_without_classes_are_no_split(tmp_path: Path) -> None:
    """Where the pictures for testing have no classes, a tenth of the others is held out, and that is said."""
    files = {f"train/{name}/{n}.png": plain(n) for name in "ab" for n in range(10)}
    root = fill(tmp_path / "own", files | {"test/x.png": plain(99)})
    train, test = read(root, "train"), read(root, "test")
    assert (len(train), len(test), train.classes) == (18, 2, ("a", "b"))
    assert 99 not in values(train) + values(test)
    assert "left out: test/x.png" in train.note


def test_a_folder_called_train_alone_is_a_class(tmp_path: Path) -> None:
    """Without a folder for testing, `train` is what is to be seen on the pictures."""
    files = {"train/1.png": plain(), "bus/1.png": plain()}
    assert read(fill(tmp_path, files)).classes == ("bus", "train")


def test_classes_are_in_the_order_of_numbers(tmp_path: Path) -> None:
    """Folders 1 to 12 are classes in that order."""
    files = {f"{n}/x.png": plain(n) for n in range(1, 13)}
    data = read(fill(tmp_path, files))
    assert data.labels is not None
    assert data.classes == tuple(map(str, range(1, 13)))
    assert [value - 1 for value in values(data)] == data.labels.tolist()


def test_a_class_of_damaged_pictures_is_none(tmp_path: Path) -> None:
    """A class of which no picture can be read is named and left out, in both parts alike."""
    files = {f"{name}/{n}.png": plain(n) for name in "ab" for n in range(20)}
    files |= {f"bad/{n}.png": b"junk" for n in range(20)}
    root = fill(tmp_path / "own", files)
    train, test = read(root, "train"), read(root, "test")
    assert train.classes == test.classes == ("a", "b")
    assert "no class bad, since none of its pictures can be read" in train.note


@pytest.mark.parametrize(("suffix", "kind"), [("jfif", "JPEG"), ("tif", "TIFF"), ("pgm", "PPM")])
def test_less_usual_suffixes_are_read(tmp_path: Path, suffix: str, kind: str) -> None:
    """Pictures count whatever of the known kinds they are."""
    content = picture(Image.new("L", (12, 12), 128), kind)
    assert len(read(fill(tmp_path, {f"1.{suffix}": content}))) == 1


def test_other_kinds_are_counted(tmp_path: Path) -> None:
    """Files of other kinds are left out, and the note says how many of each."""
    files = (
        {"1.png": plain()}
        | {f"{n}.psd": b"" for n in range(3)}
        | {"notes.txt": b"", "LIESMICH": b""}
    )
    assert (
        "5 files of other kinds left out: 3 .psd, 1 .txt, 1 no suffix"
        in read(fill(tmp_path, files)).note
    )


def test_links_that_lead_out_are_left_out(tmp_path: Path) -> None:
    """A link to a picture elsewhere is not read, and is named; one within the folder is a picture."""
    fill(tmp_path, {"secret.png": plain(99)})
    root = fill(tmp_path / "own", {"a.png": plain(1)})
    (root / "b.png").symlink_to(tmp_path / "secret.png")
    (root / "c.png").symlink_to(root / "a.png")
    data = read(root)
    assert values(data) == [1, 1]
    assert "1 link to a file elsewhere left out: b.png" in data.note


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    """A pipe or a device given as the place of the pictures is refused at once."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(DataError, match="neither a folder nor a plain file"):
        read(path if kind == "pipe" else Path("/dev/zero"))


def test_a_whole_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of more files than have bounds is refused before a picture is read."""
    monkeypatch.setattr(places, "MAX_FILES", 10)
    files = {f"{n}.txt": b"" for n in range(11)}
    with pytest.raises(DataError, match="more than 10 files"):
        read(fill(tmp_path / "own", files))
    with pytest.raises(DataError, match="more than 10 files"):
        read(pack(tmp_path / "own.zip", files))


def test_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that have more bytes together than have bounds are not all read."""
    monkeypatch.setattr(loading, "MAX_READ", 200)
    with pytest.raises(DataError, match="Make them smaller"):
        read(fill(tmp_path / "own", {f"{n}.png": plain() for n in range(9)}))


def test_images_know_their_files(tmp_path: Path) -> None:
    """Each image has the name of its file, in each part and after a choice among them."""
    root = fill(tmp_path / "own", {f"a/{n}.png": plain(n) for n in range(20)})
    train = read(root, "train")
    assert train.files == tuple(f"a/{value}.png" for value in values(train))
    few = train.subset(torch.tensor([3, 1]))
    assert few.files == tuple(f"a/{value}.png" for value in values(few))


def test_a_note_has_an_end(tmp_path: Path) -> None:
    """However much was left out, and whatever it is called, the note stays a note."""
    files = {f"{'n' * 200}{n}/{n}.png": plain() for n in range(40)}
    files |= {f"{'x' * 200}{n}.png": b"junk" for n in range(30)} | {
        f"{n}.k{n}": b"" for n in range(50)
    }
    data = read(fill(tmp_path / "own", files))
    assert len(data.note) < 2000
    assert data.note == "; ".join(data.lines)


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_a_zip_with_any_separator_has_classes(tmp_path: Path, separator: str) -> None:
    """Backslashes part folders too, as some programs on Windows write them."""
    path = pack(tmp_path / "own.zip", {f"{name}{separator}1.png": plain() for name in "ab"})
    assert read(path).classes == ("a", "b")


def test_names_that_may_have_other_letters_are_told(tmp_path: Path) -> None:
    """A zip that does not say how its names are written is read, and the note says so."""
    path = pack(tmp_path / "own.zip", {"xpfel/1.png": plain(), "b/1.png": plain()})
    path.write_bytes(path.read_bytes().replace(b"xpfel", b"\x8epfel"))
    data = read(path)
    assert data.classes == ("b", "Äpfel")
    assert "1 name in the zip may have other letters" in data.note


def test_deep_pictures_of_a_folder_look_alike(tmp_path: Path) -> None:
    """Twelve bits in sixteen are scaled in all files as in the brightest: a dim one stays dim."""
    dim, bright = (
        picture(Image.fromarray(np.full((8, 8), value, np.uint16))) for value in (1023, 4095)
    )
    root = fill(tmp_path / "scans", {"a.png": dim, "b.png": bright, "c.png": plain(7)})
    assert values(read(root)) == [64, 255, 7]
