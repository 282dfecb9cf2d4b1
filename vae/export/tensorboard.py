"""A training's events as TensorBoard reads them, all at once or as they come."""

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tensorboardX.event_file_writer import EventsWriter
from tensorboardX.proto.event_pb2 import Event as Record
from tensorboardX.proto.event_pb2 import SessionLog
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.summary import scalar

from vae.errors import ExportError, RunError
from vae.events import Epoch, Event, Step
from vae.files import AnyPath, unwritable

_FILES = "events.out.tfevents.*"


class TensorBoard:
    """An event file that grows with a training, and is there from the first event with numbers on.

    Every term is in nats per image, by optimiser step: `train/...` are means between two steps,
    `held-out/...` and `kl/unit ...` belong to whole epochs.
    """

    def __init__(self, folder: AnyPath, *, after: int | None = None) -> None:
        """For a training that goes on `after` a step, of which later numbers in the folder do not count.

        Raises:
            ExportError: a new training finds another's curves in the folder.
            RunError: the folder cannot be made.
        """
        self._folder, self._after = Path(folder), after
        self._writer: Any = None
        with self._told():
            self._folder.mkdir(parents=True, exist_ok=True)
        if after is None and any(self._folder.glob(_FILES)):
            raise ExportError(
                f"{self._folder} holds the curves of another training. Give another folder."
            )

    def begin(self) -> None:
        """Make the event file, as the first numbers do; RunError where it cannot be written."""
        files = len(list(self._folder.glob(_FILES)))  # its name tells seconds, and nothing finer
        with self._told():
            self._writer = EventsWriter(str(self._folder / "events"), f".{files}")
        if self._after is not None:
            begins = SessionLog(status=SessionLog.START)
            self._write(step=self._after + 1, session_log=begins)  # TensorBoard drops later numbers

    def add(self, event: Event) -> None:
        """Write an event's numbers, out to the disk where an epoch ends; RunError where it is full."""
        values = [scalar(name, value).value[0] for name, value in _scalars(event)]
        if not values:
            return
        if self._writer is None:
            self.begin()
        self._write(step=event.step, summary=Summary(value=values))
        if isinstance(event, Epoch):
            with self._told():
                self._writer.flush()

    def close(self) -> None:
        """Write what is left; RunError where the disk is full."""
        if self._writer is not None:
            with self._told():
                self._writer.close()

    def _write(self, **content: Any) -> None:
        with self._told():
            self._writer.write_event(Record(wall_time=time.time(), **content))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the disk become sentences."""
        try:
            yield
        except OSError as error:
            raise RunError(unwritable(self._folder, error)) from error


def write_tensorboard(events: Iterable[Event], folder: AnyPath) -> Path:
    """Write an event file of a whole training; returns it."""
    board = TensorBoard(folder)
    board.begin()
    for event in events:
        board.add(event)
    board.close()
    return next(Path(folder).glob(_FILES))


def tensorboard_bytes(events: Iterable[Event]) -> bytes:
    """The event file's content."""
    folder = Path(tempfile.mkdtemp())
    try:
        return write_tensorboard(events, folder).read_bytes()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _scalars(event: Event) -> Iterable[tuple[str, float]]:
    match event:
        case Step():
            yield from ((f"train/{name}", value) for name, value in event.terms.items())
            yield "train/images per second", event.images_per_second
        case Epoch():
            yield from ((f"held-out/{name}", value) for name, value in event.held_out.items())
            yield from ((f"kl/unit {unit}", value) for unit, value in enumerate(event.kl_per_unit))
