"""What a person says of a model: a title and a note, in `about.json` beside its weights."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vae.errors import RunError
from vae.files import write_atomically
from vae.untrusted import read_bytes

ABOUT = "about.json"


class About(BaseModel):
    """A name of one's own, and remarks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = Field("", max_length=80)
    """Instead of the name that the settings give; empty for that one."""
    note: str = Field("", max_length=2000)


def read_about(folder: Path) -> About:
    """What was said of the model in a folder; nothing where that cannot be read."""
    try:
        return About.model_validate_json(read_bytes(folder / ABOUT))
    except (OSError, RunError, ValidationError):
        return About()


def write_about(folder: Path, about: About) -> None:
    """Keep a title and a note; RunError where the folder cannot be written to."""
    write_atomically(folder / ABOUT, about.model_dump_json(indent=2).encode() + b"\n")
