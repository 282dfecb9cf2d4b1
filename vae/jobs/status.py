"""Where a run stands, as its status.json says."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)

from vae.events import Terms
from vae.untrusted import finite

State = Literal[
    "queued", "running", "paused", "done", "stopped", "failed", "diverged", "interrupted"
]
"""`interrupted` is never written: it says of a worker that it died without a word."""

Wish = Literal["run", "pause", "stop"]
"""What a run is asked to do."""

ALIVE: tuple[State, ...] = ("running", "paused")
"""States in which it can be steered. A worker holds the run's lock, unless its pause is parked."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _or_nothing(value: Any, info: ValidationInfo) -> Any:
    """A number; 0, as if it were not there, for one of a file that cannot be shown."""
    number = finite(value)
    unfit = isinstance(value, int | float) and (number is None or number < 0)
    return 0 if unfit and info.mode == "json" else value


def _of_our_time(moment: datetime | None) -> datetime | None:
    """A moment that every time zone has; ValueError for one in the year 1 or 9999."""
    if moment is not None and not 1970 <= moment.year < 2200:
        raise ValueError("a time from 1970 to 2199 is needed")
    return moment


Number = Annotated[float, BeforeValidator(_or_nothing)]
Count = Annotated[int, BeforeValidator(_or_nothing)]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class Status(BaseModel):
    """State and progress of a run; a copy with changes is `model_copy(update=...)`."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    state: State
    cause: str = ""
    """Why it ended, in one or two sentences; empty where it was asked to, or is not over."""
    busy: str = ""
    """What it does before it trains, such as reading pictures."""
    pid: int | None = None
    """Of its worker; None where it has none."""
    step: Count = 0
    total_steps: Count = 0
    """0 as long as the data has not been read."""
    epoch: Number = 0
    """Passes over the data so far, with fraction."""
    images_per_second: Number = 0
    seconds: Number = 0
    """Spent on training so far, without pauses."""
    held_out: Terms = Field(default_factory=dict)
    """Means on held-out images after the last whole epoch, in nats per image."""
    submitted: Moment = Field(default_factory=now)
    started: Moment | None = None
    updated: Moment = Field(default_factory=now)
    hardware: str = ""
    data: str = ""
    """What the images are, in a sentence."""
    data_name: str = ""
    """Which images were really used: the embedded digits may stand in for MNIST."""

    @property
    def parked(self) -> bool:
        """Whether it pauses without a worker: everything is saved, and the memory given back."""
        return self.state == "paused" and self.pid is None

    @property
    def has_worker(self) -> bool:
        """Whether a process works on it, as far as was written."""
        return self.state in ALIVE and not self.parked

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the pace so far; None before there is one."""
        if not self.step or not self.total_steps:
            return None
        return self.seconds / self.step * (self.total_steps - self.step)
