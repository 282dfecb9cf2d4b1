"""TensorBoard's own format holds what the events say."""

import struct
from pathlib import Path

import pytest
from tensorboardX import record_writer
from tensorboardX.proto.event_pb2 import Event as Record
from tensorboardX.proto.event_pb2 import SessionLog

from vae.errors import ExportError, RunError
from vae.events import Epoch, Event, Step
from vae.export.tensorboard import TensorBoard, write_tensorboard


def records(path: Path) -> list[Record]:
    """The records of a TFRecord file: a length, its checksum, the content, its checksum."""
    content, records = path.read_bytes(), []
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        records.append(Record.FromString(content[12 : 12 + length]))
        content = content[16 + length :]
    return records


def test_terms_arrive_by_step(tmp_path: Path) -> None:
    """Names, steps and values of step and epoch events."""
    events: list[Event] = [
        Step(step=5, epoch=0.5, total_steps=10, terms={"loss": 2.5}, images_per_second=9),
        Epoch(step=10, epoch=1, train={}, held_out={"kl": 1.5}, kl_per_unit=[1.0, 0.5]),
    ]
    found = {
        (value.tag, record.step): value.simple_value
        for record in records(write_tensorboard(events, tmp_path))
        for value in record.summary.value
    }
    assert found == {
        ("train/loss", 5): 2.5,
        ("train/images_per_second", 5): 9,
        ("held-out/kl", 10): 1.5,
        ("kl/unit_0", 10): 1.0,
        ("kl/unit_1", 10): 0.5,
    }


def test_an_epoch_is_on_the_disk_at_once(tmp_path: Path) -> None:
    """Whoever looks while the training goes on sees all up to the last epoch."""
    board = TensorBoard(tmp_path)
    board.add(Step(step=5, epoch=0.5, total_steps=10, terms={"loss": 2.5}, images_per_second=9))
    board.add(Epoch(step=10, epoch=1, train={}, held_out={"kl": 1.5}, kl_per_unit=[]))
    (file,) = tmp_path.iterdir()
    assert [record.step for record in records(file) if record.summary.value] == [5, 10]
    board.close()


def test_a_training_that_goes_on_voids_later_numbers(tmp_path: Path) -> None:
    """A second file, even within one second, begins with the step from which on the first does not count."""
    first = Epoch(step=10, epoch=1, train={}, held_out={"kl": 1.5}, kl_per_unit=[])
    write_tensorboard([first], tmp_path)
    board = TensorBoard(tmp_path, after=10)
    board.add(first.model_copy(update={"step": 20}))
    board.close()
    before, after = sorted(tmp_path.iterdir())
    assert [record.step for record in records(before)] == [0, 10]
    began, later = records(after)[1:]
    assert (began.step, began.session_log.status) == (11, SessionLog.START)
    assert later.step == 20


def test_curves_of_two_trainings_are_not_mixed(tmp_path: Path) -> None:
    """A new training is refused another's folder, which stays as it is."""
    file = write_tensorboard([], tmp_path)
    content = file.read_bytes()
    with pytest.raises(ExportError, match="the curves of another training"):
        TensorBoard(tmp_path)
    assert file.read_bytes() == content


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, and no thread that waits for ever."""
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(record_writer, "open_file", lambda path: full)
        board = TensorBoard(tmp_path)
        with pytest.raises(RunError, match="The disk is full"):
            board.add(Epoch(step=10, epoch=1, train={}, held_out={"kl": 1.5}, kl_per_unit=[]))
