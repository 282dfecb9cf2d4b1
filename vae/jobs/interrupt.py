"""Ctrl-C and the system's wish to end a process, obeyed where nothing is lost."""

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupt:
    """Whether this process was asked to end.

    While nothing is trained yet, the request raises KeyboardInterrupt at once. While `gentle`, in
    the middle of a step, it is only noted, for the end of the step; a second Ctrl-C raises.
    """

    def __init__(self) -> None:
        self.asked = False
        self.gentle = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals; outside of the main thread there are none to handle."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: dict[int, Any] = {}
        for number in (getattr(signal, name, None) for name in _SIGNALS):
            if number is not None:
                before[number] = signal.signal(number, self._handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def watching(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """Raise KeyboardInterrupt within the block, soon after `wanted` becomes true."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                if wanted():
                    _thread.interrupt_main()
                    return
                over.wait(0.2)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()  # or it would interrupt what comes after the block

    def _handle(self, number: int, frame: FrameType | None) -> None:
        again = self.asked and number == signal.SIGINT
        self.asked = True
        if again or not self.gentle:
            raise KeyboardInterrupt
