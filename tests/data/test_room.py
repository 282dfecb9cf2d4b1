"""Opening a picture takes bounded memory, however many are opened at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
import pytest
from PIL import Image

from tests.data.made_up import picture
from vae.data.decode import decode
from vae.data.prepare import prepare
from vae.data.room import Room
from vae.errors import DataError

MOST_MB = 320
"""Memory above what was there before, in which any picture that is accepted is opened."""

PEAK = """
import sys, threading
from vae.data.decode import decode
from vae.data.prepare import prepare
from PIL import Image

def megabytes(of):
    line = next(line for line in open("/proc/self/status") if line.startswith(of))
    return int(line.split()[1]) / 1024

small, large = (open(path, "rb").read() for path in sys.argv[1:])
prepare(small, (1, 28, 28)), decode(small, (3, 28, 28))  # what is loaded once
open("/proc/self/clear_refs", "w").write("5")
before = megabytes("VmRSS")
prepare(large, (1, 28, 28))
threads = [threading.Thread(target=decode, args=(large, (3, 64, 64))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(megabytes("VmHWM") - before)
"""


def disc(mode: str, side: int) -> Image.Image:
    """A disc of a shape and a size, light in the middle."""
    grey = Image.radial_gradient("L").resize((side, side))
    if mode == "I;16":
        return Image.fromarray(np.asarray(grey).astype(np.uint16) * 16)
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    return grey if channels == 1 else Image.merge(mode, [grey] * channels)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
@pytest.mark.parametrize(
    ("kind", "mode", "side", "options"),
    [
        ("PNG", "RGBA", 7600, {}),
        ("PNG", "I;16", 7900, {}),
        ("JPEG", "RGB", 8000, {}),
        ("JPEG", "RGB", 7900, {"progressive": True}),
        ("WEBP", "RGB", 3700, {}),
    ],
    ids=["transparent", "deep", "JPEG", "progressive", "WebP"],
)
def test_the_largest_pictures_take_little_memory(
    kind: str, mode: str, side: int, options: dict[str, object], tmp_path: Path
) -> None:
    """The largest picture of a kind that is accepted, one alone and four at a time."""
    paths = []
    for size in (64, side):
        paths.append(tmp_path / f"{size}")
        paths[-1].write_bytes(picture(disc(mode, size), kind, **options))
    ran = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, paths)], capture_output=True, text=True, check=True
    )
    assert 0 < float(ran.stdout) < MOST_MB


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_takes_more_is_refused(kind: str) -> None:
    """A picture whose pixels would fill the memory is a sentence with the most, and None in a folder."""
    data = picture(Image.new("RGB", (8000, 8000)), kind)
    with pytest.raises(DataError, match=r"8,000 by 8,000 pixels is too large: \d+ million"):
        prepare(data, (1, 28, 28))
    assert decode(data, (1, 28, 28)) is None


def test_a_jpeg_in_parts_counts_whole() -> None:
    """A baseline JPEG whose first scan lacks a channel is kept whole while it is read, so it counts."""
    data = bytearray(picture(Image.new("RGB", (8000, 7900)), "JPEG", subsampling=0))
    assert decode(bytes(data), (3, 8, 8)) is not None
    data[data.rfind(b"\xff\xda") + 4] = 1
    with pytest.raises(DataError, match="too large"):
        prepare(bytes(data), (1, 28, 28))


def test_a_room_is_never_overfull() -> None:
    """Threads that want more than is free wait for the others, and all of them have their turn."""
    room, lock = Room(10), Lock()
    held, most = 0, 0

    def work(size: int) -> None:
        nonlocal held, most
        with room.taken(size):
            with lock:
                held += size
                most = max(most, held)
            with lock:
                held -= size

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [1, 10, 4, 7, 3, 6] * 50))
    assert 0 < most <= 10
