"""TensorBoard's own format holds what the events say."""

import struct
from pathlib import Path

from tensorboardX.proto.event_pb2 import Event as Record

from vae.events import Epoch, Event, Step
from vae.export.tensorboard import write_tensorboard


def _records(path: Path) -> list[Record]:
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
        for record in _records(write_tensorboard(events, tmp_path))
        for value in record.summary.value
    }
    assert found == {
        ("train/loss", 5): 2.5,
        ("train/images_per_second", 5): 9,
        ("held-out/kl", 10): 1.5,
        ("kl/unit_0", 10): 1.0,
        ("kl/unit_1", 10): 0.5,
    }
