"""What is freed goes back to the system; in a process of its own, since malloc's settings are the process's."""

import subprocess
import sys

import pytest

PROBE = """
import threading
import psutil
from ui import heap

heap.LOOK_SECONDS = heap.WORK_SECONDS = 0.01
assert heap.give_back()

def compute():
    parts = [bytearray(2**16) for _ in range(3000)]  # 200 MB, none of them large
    for part in parts:
        part[::4096] = b"x" * 16
    return parts[-1]  # what stays lies above all that goes

def resident():
    return psutil.Process().memory_info().rss / 2**20

before, kept = resident(), []
workers = [threading.Thread(target=lambda: kept.append(compute())) for _ in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(before, resident(), flush=True)
for _ in range(600):
    if resident() < before + 50:
        break
    sum(range(10**6))
print(resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc")
def test_what_lies_below_something_kept_goes_back() -> None:
    """Threads that keep the last of many pieces leave no more than that behind."""
    said = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    before, _, after = map(float, said)
    assert after < before + 50
