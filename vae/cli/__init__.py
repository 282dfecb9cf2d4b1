"""The command line: `python -m vae COMMAND`; `--help` names the commands.

An error is one sentence on stderr. Exit codes: 0 all went well, 1 a run failed or diverged, 2 the
user's mistake, 130 interrupted. torch is imported by the commands that need it only.
"""

import os
import sys

from vae import console
from vae.cli import disentangle, look, measure, project, sweep, train
from vae.cli.app import app
from vae.errors import VaeError

__all__ = ["app", "disentangle", "look", "main", "measure", "project", "run", "sweep", "train"]


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    console.replace_unknown_characters()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    try:
        code = app(arguments or ["--help"], prog_name="python -m vae", standalone_mode=False)
    except VaeError as error:
        return _complain(str(error), 2)
    except KeyboardInterrupt:
        return _complain("Interrupted.", 130)
    except OSError as error:
        return _unusable(error)
    except Exception as error:
        if usage := getattr(error, "format_message", None):  # what typer says of wrong options
            return _complain(usage(), 2)
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _unusable(error: OSError) -> int:
    """A place that the system refuses, such as a folder that may not be read."""
    if os.environ.get("VAE_DEBUG") == "1" or not error.filename:
        return _unexpected(error)
    return _complain(f"{error.filename} cannot be used ({error.strerror}). Give another.", 2)


def _unexpected(error: Exception) -> int:
    """A fault of ours, in a sentence; where it happened is shown when asked for."""
    if os.environ.get("VAE_DEBUG") == "1":
        raise error
    kind = type(error).__name__
    return _complain(f"Unexpected {kind}: {error}. VAE_DEBUG=1 shows where it happened.", 1)


def _complain(text: str, code: int) -> int:
    console.complain(text)
    return code
