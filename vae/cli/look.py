"""`runs` and `doctor`: what there is, and what works."""

from pathlib import Path
from typing import Annotated

import typer

from vae import console, jobs
from vae.cli.app import JsonOption, command
from vae.errors import RunError


@command("List the runs, newest first.", "runs", "runs --dir /data/runs --json | jq '.[0].state'")
def runs(
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Folder of runs; by default VAE_RUNS, or runs.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs."""
    root = folder or jobs.root()
    if folder is not None and not folder.is_dir():
        raise RunError(f"--dir: {folder} is no folder. Give one that holds runs.")
    entries = jobs.runs(root)
    if as_json:
        console.say_json([console.run_json(entry) for entry in entries])
    elif entries:
        rows = [console.run_row(entry) for entry in entries]
        console.table(["run", "state", "epochs", "held-out loss", ""], rows)
    else:
        console.say(f"No runs in {root} yet. `python -m vae train` makes one.")


@command(
    "Say what works on this machine, and what to do about the rest.", "doctor", "doctor --json"
)
def doctor(as_json: JsonOption = False) -> int:
    """Check this machine."""
    from vae import doctor as checks  # noqa: PLC0415 - imports torch

    found = checks.examine()
    if as_json:
        console.say_json([check.as_json() for check in found])
    else:
        console.table(["", "", ""], [[each.verdict, each.what, each.found] for each in found])
    return int(any(each.verdict == "problem" for each in found))
