"""What all charts share, without Streamlit and without torch."""

from typing import Any

# Readable on white and on the dark background alike.
TRAINING = "#2391b3"
HELD_OUT = "#d67f1c"
FONT_SIZE = 16

Table = dict[str, list[Any]]
"""Columns by name."""
