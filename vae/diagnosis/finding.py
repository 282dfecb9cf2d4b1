"""What is found of a training: a name, a sentence, the numbers behind it, and what would mend it."""

from dataclasses import dataclass, field
from typing import Any, Literal

Name = Literal[
    "diverged",
    "collapsed",
    "over-fitted",
    "under-trained",
    "over-regularised",
    "healthy",
    "unrecorded",
    "unknown",
]


@dataclass(frozen=True)
class Remedy:
    """What would mend it."""

    text: str
    changes: dict[str, Any] = field(default_factory=dict)
    """Settings by path, such as `objective.beta`."""


@dataclass(frozen=True)
class Finding:
    """What is the matter with a training, or that nothing is."""

    name: Name
    text: str
    evidence: tuple[str, ...]
    """The numbers behind it, a sentence each."""
    remedy: Remedy | None = None
