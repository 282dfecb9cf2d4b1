"""Where images are looked for, and what is said when they are not there."""

import os
from pathlib import Path

import pytest
import torch

from tests.data.made_up import idx, write_set
from vae import places
from vae.config import DataConfig
from vae.data import download, load, sources
from vae.data.embedded import NOTE, embedded_digits
from vae.errors import DataError

USER_DATA = os.environ.get("VAE_DATA", "")


@pytest.fixture(autouse=True)
def _nothing_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No data of this machine, and no network."""
    monkeypatch.delenv("VAE_DATA", raising=False)
    monkeypatch.setattr(places, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(download, "answers", lambda url: False)


@pytest.mark.parametrize("below", [".", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("zipped", [True, False])
def test_a_given_folder_is_read(tmp_path: Path, below: str, zipped: bool) -> None:
    """IDX files are found in the folder, in one named for the set, and in torchvision's layout."""
    write_set(tmp_path / below, zipped=zipped)
    data = load(DataConfig(path=tmp_path), "train")
    assert (len(data), data.note) == (30, "MNIST: 30 training images")


def test_all_is_training_and_test(tmp_path: Path) -> None:
    """`all` puts the test images after the training images."""
    write_set(tmp_path)
    train, test, whole = (
        load(DataConfig(path=tmp_path), each) for each in ("train", "test", "all")
    )
    assert (len(whole), whole.note) == (50, "MNIST: 50 images")
    assert torch.equal(whole.images.take(torch.arange(30)), train.images.take(torch.arange(30)))
    assert torch.equal(whole.images.take(torch.arange(30, 50)), test.images.take(torch.arange(20)))


def test_a_limit_shortens_training_alone(tmp_path: Path) -> None:
    """`limit` takes the first training images and leaves the test images whole."""
    write_set(tmp_path)
    config = DataConfig(path=tmp_path, limit=7)
    assert (len(load(config, "train")), len(load(config, "test"))) == (7, 20)


def test_a_given_folder_without_files_is_told(tmp_path: Path) -> None:
    """A folder that lacks the files is an error that names them, with or without a network."""
    with pytest.raises(DataError, match=r"lacks train-images-idx3-ubyte, train-labels"):
        load(DataConfig(path=tmp_path), "train", download=True)


def test_a_given_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is an error, not a reason to look elsewhere."""
    with pytest.raises(DataError, match="is not a folder"):
        load(DataConfig(path=tmp_path / "nowhere"), "test")


def test_unequal_counts_are_told(tmp_path: Path) -> None:
    """Images and labels of different numbers are refused."""
    write_set(tmp_path, zipped=False)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(torch.zeros(29)))
    with pytest.raises(DataError, match="holds 30 images and its file of labels 29"):
        load(DataConfig(path=tmp_path), "train")


def test_labels_out_of_range_are_told(tmp_path: Path) -> None:
    """A label that is no class is refused."""
    write_set(tmp_path, zipped=False)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(torch.full((30,), 12)))
    with pytest.raises(DataError, match="go up to 12, MNIST has 10 classes"):
        load(DataConfig(path=tmp_path), "train")


def test_another_sets_files_are_told(tmp_path: Path) -> None:
    """MNIST's files are not taken for those of KMNIST, which have the same names."""
    write_set(tmp_path, zipped=False)
    opening = torch.tensor([5, 0, 4, 1, 9, 2, 1, 3, 1, 4] * 3)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(opening))
    with pytest.raises(DataError, match="holds MNIST, not KMNIST"):
        load(DataConfig(name="kmnist", path=tmp_path), "train")


def test_the_environment_names_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VAE_DATA is searched before the cache."""
    write_set(tmp_path / "cache" / "kmnist", train=11)
    write_set(tmp_path / "own" / "kmnist", train=12)
    monkeypatch.setenv("VAE_DATA", str(tmp_path / "own"))
    assert len(load(DataConfig(name="kmnist"), "train")) == 12


def test_an_environment_without_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VAE_DATA that names no folder is an error, for silence would train on other data."""
    monkeypatch.setenv("VAE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="VAE_DATA names"):
        load(DataConfig(), "train")


def test_the_cache_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was downloaded once is found again, also beside a VAE_DATA that lacks it."""
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    write_set(tmp_path / "cache" / "fashion-mnist")
    assert load(DataConfig(name="fashion-mnist"), "test").note == "Fashion-MNIST: 20 test images"


def test_debians_files_are_found(tmp_path: Path) -> None:
    """Fashion-MNIST as Debian installs it needs no setting."""
    write_set(tmp_path / "debian" / "fashion-mnist")
    assert len(load(DataConfig(name="fashion-mnist"), "train")) == 30


@pytest.mark.parametrize("asked", [True, False])
def test_embedded_digits_stand_in(asked: bool) -> None:
    """MNIST without files or network is the embedded digits, and the note says it plainly."""
    data = load(DataConfig(), "train", download=asked)
    assert (len(data), data.note) == (4500, NOTE)
    assert NOTE == "5,000 embedded digits; the full set downloads when a network is there"


def test_other_sets_have_no_stand_in() -> None:
    """Fashion-MNIST without files or network is an error that says what to do."""
    with pytest.raises(DataError, match="mirrors do not answer"):
        load(DataConfig(name="fashion-mnist"), "train", download=True)


def test_nothing_is_downloaded_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `download` the network is not touched."""
    monkeypatch.setattr(sources, "fetch", lambda *_: pytest.fail("it was touched"))
    with pytest.raises(DataError, match="was not asked for"):
        load(DataConfig(name="kmnist"), "train")


def test_holding_out_removes_the_embedded_digits(tmp_path: Path) -> None:
    """Exactly the embedded digits leave the training set, found by their pixels wherever they are."""
    others = torch.randint(0, 256, (40, 1, 28, 28), dtype=torch.uint8)
    mixed = torch.cat([others, embedded_digits()[0]])[torch.randperm(5040)]
    write_set(tmp_path, images=mixed)
    data = load(DataConfig(path=tmp_path, hold_out="embedded"), "train")
    left = {image.numpy().tobytes() for image in data.images.take(torch.arange(len(data)))}
    assert left == {image.numpy().tobytes() for image in others}
    assert data.note == "MNIST less the 5,000 embedded digits: 40 training images"


def test_holding_out_from_another_set_is_told(tmp_path: Path) -> None:
    """A training set without the embedded digits cannot be MNIST's."""
    write_set(tmp_path)
    with pytest.raises(DataError, match="0 of the 5,000 embedded digits"):
        load(DataConfig(path=tmp_path, hold_out="embedded"), "train")


def test_holding_out_from_the_stand_in() -> None:
    """With the stand-in nothing is left to train on, and all of it is there to test with."""
    config = DataConfig(hold_out="embedded")
    assert len(load(config, "test")) == 5000
    with pytest.raises(DataError, match="nothing is left"):
        load(config, "train")


@pytest.mark.skipif(not USER_DATA, reason="needs MNIST in the folder that VAE_DATA names")
def test_real_mnist_less_the_embedded_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """55,000 of MNIST's 60,000 training images are left."""
    monkeypatch.setenv("VAE_DATA", USER_DATA)
    data = load(DataConfig(hold_out="embedded"), "train")
    assert data.note == "MNIST less the 5,000 embedded digits: 55,000 training images"


def test_files_in_folders_of_their_own_name(tmp_path: Path) -> None:
    """Files that a program unpacked into folders of their own names are found."""
    write_set(tmp_path, zipped=False)
    for file in list(tmp_path.iterdir()):
        content = file.read_bytes()
        file.unlink()
        file.mkdir()
        (file / file.name).write_bytes(content)
    assert len(load(DataConfig(name="mnist", path=tmp_path), "all")) == 50


def test_what_is_there_is_not_said_to_be_lacking(tmp_path: Path) -> None:
    """Of several files only those that are missing are named; files in several folders are told apart."""
    write_set(tmp_path, zipped=False)
    labels = tmp_path / "train-labels-idx1-ubyte"
    (tmp_path / "mnist").mkdir()
    labels.rename(tmp_path / "mnist" / labels.name)
    with pytest.raises(DataError, match="in several folders"):
        load(DataConfig(name="mnist", path=tmp_path), "train")
    (tmp_path / "mnist" / labels.name).unlink()
    with pytest.raises(DataError, match="lacks train-labels-idx1-ubyte, plain"):
        load(DataConfig(name="mnist", path=tmp_path), "train")
