"""Arrays for the browser in one blob, which `arrays.js` reads.

The length of a JSON text (uint32, little-endian), the text, zeros up to a multiple of eight, then
the arrays, each from a multiple of eight on. The text holds {name: {dtype, shape, start}}.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

ALIGN = 8


def pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The blob of arrays of bytes, float16 or float32."""
    described, parts, start = {}, [], 0
    for name, array in arrays.items():
        assert array.dtype in (np.uint8, np.float16, np.float32), f"{name} is {array.dtype}"
        content = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        described[name] = {"dtype": array.dtype.name, "shape": array.shape, "start": start}
        parts.append(content + bytes(-len(content) % ALIGN))
        start += len(parts[-1])
    text = json.dumps(described, separators=(",", ":")).encode()
    head = len(text).to_bytes(4, "little") + text
    return head + bytes(-len(head) % ALIGN) + b"".join(parts)
