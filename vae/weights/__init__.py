"""The gate that every file of weights comes through, be it for torch, the browser or a zip.

Before a number is read, the header is looked at within bounds: format, version, kind, settings, and
names, types and shapes against what these settings need. What is read is finite. No torch.
"""

from vae.weights.container import Array, Container, opened
from vae.weights.header import FORMAT, VERSION, Header, header_of
from vae.weights.places import without_place
from vae.weights.reading import (
    Weights,
    check_fits,
    read_arrays,
    read_header,
    read_model,
    read_state,
    read_weights,
)
from vae.weights.shapes import Shapes

__all__ = [
    "FORMAT",
    "VERSION",
    "Array",
    "Container",
    "Header",
    "Shapes",
    "Weights",
    "check_fits",
    "header_of",
    "opened",
    "read_arrays",
    "read_header",
    "read_model",
    "read_state",
    "read_weights",
    "without_place",
]
