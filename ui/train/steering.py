"""Who may steer a training that many see."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ui import state
from ui.door.visitor import at_machine
from ui.live.memory import memory
from vae import jobs
from vae.errors import RunError
from vae.jobs import Control, Run

WATCHING = (
    "You watch this training. It is steered by who started it, and at the machine that it runs on."
)
LOOKING = (
    "Someone else's: who made it can rename or delete it, and anyone at the machine it lies on."
)


def allowed(control: Control) -> bool:
    """Whether this session may steer: at the machine itself, or from the browser that started it.

    VAE_STEER=everyone lets all who see it steer; VAE_STEER=starter nobody but the starting browser.
    """
    if os.environ.get("VAE_STEER") == "everyone" or at_machine():
        return True
    mine = token()
    return bool(mine) and control.starter == mine


def may_change(folder: Path) -> bool:
    """Whether this session may rename or delete a model: as with steering. A damaged one is nobody's."""
    try:
        control = Run(folder).control
    except RunError:
        control = Control()
    return allowed(control)


def recognise(form: Mapping[str, Any] | None = None) -> None:
    """Have the browser say who it is, and keep a form; the session's is filled from what it kept."""
    memory(form, key=state.MEMORY, answered=lambda kept: state.recall(kept.browser, kept.settings))


def token() -> str:
    """What a run remembers of the browser that starts it; empty until the browser has said who it is."""
    browser = state.browser()
    return hashlib.sha256(browser.encode()).hexdigest() if browser else ""


def check_room(*, trainings: int = 0, models: int = 0) -> None:
    """RunError where no more may be added: by anybody, for the disk; by visitors, for their number."""
    root = jobs.root()
    jobs.check_disk(root)
    if not at_machine():
        jobs.check_visitor(root, token(), trainings=trainings, models=models)
