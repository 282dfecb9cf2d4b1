"""Labels by the names of their classes."""

import pytest
import torch

from vae.classes import natural
from vae.config import CvaeConfig, VaeConfig
from vae.data import Dataset
from vae.data.dataset import TensorImages
from vae.data.matching import matched, quoted
from vae.errors import DataError

MODEL = CvaeConfig(shape=(1, 8, 8), classes=3, names=("1", "2", "10"))


def labelled(classes: tuple[str, ...], labels: list[int], name: str = "folder") -> Dataset:
    """Black images with these labels."""
    pixels = torch.zeros(len(labels), 1, 8, 8, dtype=torch.uint8)
    return Dataset(name, TensorImages(pixels), torch.tensor(labels), classes, "Made up")


def called(data: Dataset) -> list[str]:
    """What the class of each image is called."""
    assert data.labels is not None
    return [data.classes[label] for label in data.labels.tolist()]


def test_classes_are_matched_by_name() -> None:
    """Some of the classes, in another order, keep their names and get the model's numbers."""
    data = matched(labelled(("10", "1"), [0, 1, 0]), MODEL)
    assert data.labels is not None
    assert (data.labels.tolist(), called(data)) == ([2, 0, 2], ["10", "1", "10"])


def test_an_unknown_class_is_named() -> None:
    """A class that the model has not learned is refused by its name."""
    with pytest.raises(DataError, match=r"not learned: 0\. It knows 1, 2, 10"):
        matched(labelled(("0", "1"), [0, 1]), MODEL)


def test_an_unknown_class_without_pictures_is_let_pass() -> None:
    """What no picture has matters to nobody."""
    assert called(matched(labelled(("0", "1"), [1, 1]), MODEL)) == ["1", "1"]


def test_a_model_without_names_learned_them_as_strings() -> None:
    """A folder's classes were sorted as strings before their names were kept."""
    old = MODEL.replace(names=())
    data = matched(labelled(("1", "2", "10"), [0, 1, 2]), old)
    assert data.labels is not None
    assert data.labels.tolist() == [0, 2, 1]


def test_labels_without_names_are_numbers() -> None:
    """Labels that nobody named are matched by number, as far as the model has that many."""
    assert matched(labelled((), [2, 1], "own"), MODEL).labels is not None
    with pytest.raises(DataError, match="has 4 classes, the model knows 3"):
        matched(labelled((), [3], "own"), MODEL)


def test_other_models_take_any_classes() -> None:
    """A model without labels takes the data as it is."""
    data = labelled(("b", "a"), [0, 1])
    assert matched(data, VaeConfig(shape=(1, 8, 8))) is data


def test_names_are_sorted_as_people_count() -> None:
    """Numbers by size, letters whatever their case, and every name has its one place."""
    names = ["10", "b2", "2", "B10", "a", "01", "1", "B2", "9" * 5000]
    expected = ["01", "1", "2", "10", "9" * 5000, "a", "B2", "b2", "B10"]
    backwards = names[::-1]
    assert sorted(names, key=natural) == expected
    assert sorted(backwards, key=natural) == expected


def test_quoted_names_have_an_end() -> None:
    """A message names the first few, each cut."""
    text = quoted(["a" * 1000, *map(str, range(20))])
    assert len(text) < 100
    assert text.endswith("16 more")
