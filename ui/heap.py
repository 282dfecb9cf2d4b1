"""Memory that is freed goes back to the system.

glibc's malloc keeps most of it otherwise: each thread gets a heap of its own, in which the smallest thing
that stays holds all that was freed below it. Pages compute in threads of their own, now and then, with
arrays of some MB.
"""

import ctypes
import sys
import time
from threading import Thread

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names of glibc's <malloc.h>."""

LARGE = 2**20
"""Bytes from which on an array has pages of its own, which the system takes back as it is freed.

What is computed while a hand moves is smaller; larger arrays cost a quarter to a half more time."""
ARENAS = 2
"""Heaps for all threads: they wait for each other in Python anyhow."""
LOOK_SECONDS = 5.0
WORK_SECONDS = 0.2
"""Of the processor's time, after which there may be something to give back; that takes a millisecond."""


def give_back() -> bool:
    """Have malloc do so from now on; False where it is not glibc's, and stays as it is."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt") or not hasattr(libc, "malloc_trim"):  # musl has neither
        return False
    settings = {_M_MMAP_THRESHOLD: LARGE, _M_TRIM_THRESHOLD: LARGE, _M_ARENA_MAX: ARENAS}
    for name, value in settings.items():
        libc.mallopt(name, value)
    Thread(target=_trim_after_work, args=(libc,), name="heap", daemon=True).start()
    return True


def _trim_after_work(libc: ctypes.CDLL) -> None:
    """Give back what lies free between what is in use, whenever something was computed."""
    trimmed = time.process_time()
    while True:
        time.sleep(LOOK_SECONDS)
        if time.process_time() - trimmed > WORK_SECONDS:
            libc.malloc_trim(0)
            trimmed = time.process_time()
