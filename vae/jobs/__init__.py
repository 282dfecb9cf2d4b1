"""Jobs: a run is a directory, a worker a process, the queue what lies on the disk.

Importing this package does not import torch.
"""

from vae.jobs.eventlog import Chunk, Cursor
from vae.jobs.listing import Entry, new_run, root, runs
from vae.jobs.loop import OnEvent, OnProgress
from vae.jobs.queue import pause, prepare, pump, resume, stop, submit
from vae.jobs.run import Run
from vae.jobs.settings import complete, fill, misplaced
from vae.jobs.status import Status
from vae.jobs.worker import work

__all__ = [
    "Chunk",
    "Cursor",
    "Entry",
    "OnEvent",
    "OnProgress",
    "Run",
    "Status",
    "complete",
    "fill",
    "misplaced",
    "new_run",
    "pause",
    "prepare",
    "pump",
    "resume",
    "root",
    "runs",
    "stop",
    "submit",
    "work",
]
