"""What a training is asked to do while it goes on: levers, slow motion, single steps, pause, stop."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from vae.errors import ConfigError, RunError, VaeError
from vae.jobs import queue
from vae.jobs.interrupt import Interrupt
from vae.jobs.recorder import Recorder
from vae.jobs.run import Run

if TYPE_CHECKING:
    from vae.training import State as TrainingState

EVENT_SECONDS = 0.25
"""Between two looks at what is asked, unless every step is one."""
LOOK_SECONDS = 0.05
"""Between two looks while nothing is trained."""
PARK_SECONDS = 60.0
"""How long a worker keeps its memory in a pause; single steps begin it anew."""


class Steering:
    """Obeys control.json, between two events of one training."""

    def __init__(
        self,
        run: Run,
        state: "TrainingState",
        recorder: Recorder,
        interrupt: Interrupt,
        *,
        parks: bool = True,
    ) -> None:
        self.parked = False
        """Whether it ends because its pause is parked."""
        self._parks = parks
        self._run, self._state, self._recorder = run, state, recorder
        self._interrupt = interrupt
        self._control = run.control
        self._stepped = time.monotonic()

    def every(self) -> float:
        """Seconds from one event to the next: every step is one where steps are watched."""
        watched = self._control.pace or self._control.wish == "pause"
        return 0.0 if watched else EVENT_SECONDS

    def begin(self) -> None:
        """Let what was asked while nothing trained take effect with the first step."""
        self._look()

    def obey(self) -> bool:
        """Do what is asked; whether that is to end, with everything saved: stopped, or parked."""
        try:
            self._look()
        except RunError:
            self._recorder.save()
            raise
        if self._waits:
            self._wait()
            if self.parked:
                return True
        while self._ahead() and not self._ends:
            time.sleep(LOOK_SECONDS)
            self._look()
        self._stepped = time.monotonic()
        if self._ends:
            self._recorder.save()
            self._recorder.keep_moment(always=True)
        return self._ends

    @property
    def _ends(self) -> bool:
        return self._interrupt.asked or self._control.wish == "stop"

    @property
    def _waits(self) -> bool:
        control = self._control
        return control.wish == "pause" and self._state.step >= control.until and not self._ends

    def _ahead(self) -> bool:
        """Whether the training is faster than it is asked to be."""
        pace = self._control.pace
        return bool(pace) and time.monotonic() - self._stepped < 1 / (pace or 1)

    def _look(self) -> None:
        """Read what is asked; a lever that was moved takes effect with the next step."""
        self._control = self._run.control
        now = self._state.config.levers(self._state.step)
        if (wanted := self._control.levers.over(now)) == now:
            return
        moved = {k: v for k, v in wanted.model_dump().items() if v != getattr(now, k)}
        try:
            self._state.change(type(wanted)(**moved))
        except ConfigError:  # a weight that this objective does not have
            return
        self._run.write_config(self._state.config)

    def _wait(self) -> None:
        """Pause until asked to go on, to take a step or to end, or until the pause is parked."""
        self._recorder.save()
        self._recorder.keep_moment(always=True)
        self._recorder.set_state("paused")
        root = self._run.path.parent
        begin = time.monotonic()
        with suppress(VaeError):  # who else waits or pauses is no matter of this run
            queue.pump(root)
            if queue.held(root) > queue.HELD:
                begin -= PARK_SECONDS
        while self._waits:
            if self._parks and time.monotonic() - begin >= PARK_SECONDS:
                self.parked = True
                return
            time.sleep(LOOK_SECONDS)
            self._look()
        if self._control.wish != "pause":  # a single step is taken within the pause
            self._recorder.set_state("running")
