"""Models of the same data side by side: what can be compared, and what the comparison says.

Importing this package does not import torch; `vae.analysis.compare` measures.
"""

from vae.comparison.facts import Compared, Comparison, content_key
from vae.comparison.fit import Held, held_out, kin, misfit

__all__ = ["Compared", "Comparison", "Held", "content_key", "held_out", "kin", "misfit"]
