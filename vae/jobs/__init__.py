"""Jobs: a run is a directory, a worker a process, the queue what lies on the disk.

Importing this package does not import torch.
"""

from vae.jobs.bounds import check_disk, check_visitor
from vae.jobs.eventlog import Chunk, Cursor
from vae.jobs.listing import Entry, new_run, root, runs
from vae.jobs.loop import OnEvent, OnProgress
from vae.jobs.queue import pause, prepare, pump, resume, set_pace, steer, step, stop, submit
from vae.jobs.run import Control, Run
from vae.jobs.settings import complete, fill, misplaced
from vae.jobs.spare import estimate, estimate_apart, keep_ready
from vae.jobs.status import Status
from vae.jobs.sweep import combinations, grid, numbers, sweep, values, whole_numbers
from vae.jobs.worker import work

__all__ = [
    "Chunk",
    "Control",
    "Cursor",
    "Entry",
    "OnEvent",
    "OnProgress",
    "Run",
    "Status",
    "check_disk",
    "check_visitor",
    "combinations",
    "complete",
    "estimate",
    "estimate_apart",
    "fill",
    "grid",
    "keep_ready",
    "misplaced",
    "new_run",
    "numbers",
    "pause",
    "prepare",
    "pump",
    "resume",
    "root",
    "runs",
    "set_pace",
    "steer",
    "step",
    "stop",
    "submit",
    "sweep",
    "values",
    "whole_numbers",
    "work",
]
