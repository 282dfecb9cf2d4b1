"""The C++ compiler that makes one piece of code of a training's step, where there is one."""

import os
import shutil
from functools import cache

WORTH = 20_000
"""Steps of a training from which on compiling, five to fifteen seconds, pays by itself."""
_COMPILERS = ("g++", "clang++", "cl")


@cache
def compiler() -> str | None:
    """The compiler of this machine that torch would call; None where there is none."""
    names = (os.environ.get("CXX"), *_COMPILERS)
    return next((name for name in names if name and shutil.which(name)), None)


def pays(steps: int) -> bool:
    """Whether a training of so many steps is long enough to be compiled here."""
    return steps >= WORTH and compiler() is not None
