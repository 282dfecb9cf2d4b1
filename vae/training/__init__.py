"""Training: a state, an engine that moves it and yields events, and its files."""

from vae.training.checkpoint import (
    Checkpoint,
    find_weights,
    load_model,
    load_state,
    save_model,
    save_state,
    write_model,
)
from vae.training.engine import advance, train
from vae.training.estimate import Estimate, check_memory, measure
from vae.training.hardware import Hardware, choose, leave_one_core
from vae.training.settled import named_as_before, settled
from vae.training.snapshot import Extent, Witness, begin_from, named_as_in, snapshot_size
from vae.training.state import State

__all__ = [
    "Checkpoint",
    "Estimate",
    "Extent",
    "Hardware",
    "State",
    "Witness",
    "advance",
    "begin_from",
    "check_memory",
    "choose",
    "find_weights",
    "leave_one_core",
    "load_model",
    "load_state",
    "measure",
    "named_as_before",
    "named_as_in",
    "save_model",
    "save_state",
    "settled",
    "snapshot_size",
    "train",
    "write_model",
]
