"""What a training came to, in plain words: what its loss weighs, and whether it went well.

Pure functions of settings, events and measurements; torch is not imported.
"""

from vae.diagnosis.facts import Facts, facts
from vae.diagnosis.finding import Finding, Remedy
from vae.diagnosis.foreign import WRITTEN, Foreign
from vae.diagnosis.verdict import diagnose
from vae.diagnosis.xray import Xray, xray

__all__ = [
    "WRITTEN",
    "Facts",
    "Finding",
    "Foreign",
    "Remedy",
    "Xray",
    "diagnose",
    "facts",
    "xray",
]
