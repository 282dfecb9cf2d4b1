"""What the command line shows: a bar while something runs, tables, and lines for machines."""

import codecs
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import TextIOWrapper
from math import isfinite
from typing import Any, TextIO

from vae.events import Epoch, Event, Step
from vae.jobs import Entry, OnEvent, OnProgress, Run, Status

MINUS = "\N{MINUS SIGN}"
LONGEST = 600
"""Characters of a complaint: what it quotes, such as a name, may be of any length."""
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
"""Characters that end a line or move a terminal's cursor, as a name of a file may hold them."""
_PLAIN = {MINUS: "-", "\N{EN DASH}": "-", "\N{MIDDLE DOT}": "-", "\N{HORIZONTAL ELLIPSIS}": "..."}
"""What stands for a character that an output's encoding lacks; for any other a question mark."""

_results: TextIO | None = None
"""Where results go while standard output belongs to them alone."""


def replace_unknown_characters() -> None:
    """Let standard output and error take any text, whatever their encoding lacks."""
    codecs.register_error("plain", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="plain")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError), "only text that is written comes here"
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(each, "?") for each in lacking), error.end


@contextmanager
def results_alone() -> Iterator[None]:
    """Keep standard output for results: what a library prints goes to standard error."""
    global _results  # noqa: PLW0603 - a process has one standard output
    before, _results = _results, sys.stdout
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _results = before


def _output() -> TextIO:
    return _results or sys.stdout


def say(text: str) -> None:
    """A line of results; a reader that is gone ends the talking, not the work."""
    out = _output()
    try:
        out.write(text.translate(_CONTROLS) + "\n")
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def complain(text: str) -> None:
    """A sentence on what went wrong, as one line; of a very long one its beginning and its end."""
    line = " ".join(text.translate(_CONTROLS).split())
    if len(line) > LONGEST:
        line = f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"
    sys.stderr.write(line + "\n")


def say_json(value: Any) -> None:
    """A value as one line of JSON, which has no infinity and no NaN: those are null."""
    say(json.dumps(_finite(value)))


def _finite(value: Any) -> Any:
    match value:
        case dict():
            return {name: _finite(each) for name, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
        case float() if not isfinite(value):
            return None
        case _:
            return value


def print_event(event: Event) -> None:
    """An event as a line of JSON."""
    say(event.model_dump_json())


@contextmanager
def training_bar(run: Run) -> Iterator[tuple[OnEvent, OnProgress]]:
    """A bar on a terminal, a line an epoch elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(run), lambda what, done, total: None
        return
    with _progress("{task.fields[terms]}") as bar:
        yield _Bar(run, bar).event, _tell(bar)


@contextmanager
def counting_bar() -> Iterator[OnProgress]:
    """A bar for work that counts what it has done; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    with _progress("") as bar:
        yield _tell(bar)


def table(columns: list[str], rows: list[list[str]]) -> None:
    """A table on standard output, its first column whole."""
    from rich.console import Console  # noqa: PLC0415 - only where something is shown
    from rich.table import Table  # noqa: PLC0415

    view = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        view.add_column(column, no_wrap=number == 0, overflow="fold")
    for row in rows:
        view.add_row(*(cell.translate(_CONTROLS) for cell in row))
    out = _output()
    wide = None if out.isatty() else 160
    Console(file=out, width=wide, markup=False, highlight=False).print(view)


def run_row(entry: Entry) -> list[str]:
    """Name, state, epochs, held-out loss and pace of a run."""
    status, config = entry.status, entry.config
    if status is None or config is None:
        return [entry.run.name, "broken", "", "", entry.problem]
    loss = status.held_out.get("loss")
    return [
        entry.run.name,
        status.state,
        f"{status.epoch:.1f} of {config.train.epochs}",
        "" if loss is None else f"{loss:.1f}",
        status.cause,
    ]


def run_json(entry: Entry) -> dict[str, Any]:
    """A run for machines."""
    status = entry.status.model_dump(mode="json") if entry.status else {"state": "broken"}
    return {
        "name": entry.run.name,
        "path": str(entry.run.path),
        **status,
        "config": entry.config.model_dump(mode="json") if entry.config else None,
        "problem": entry.problem,
    }


def ending(run: Run, status: Status) -> str:
    """How a training ended, for a person."""
    held_out = status.held_out
    elbo = ""
    if "kl" in held_out and status.state == "done":
        value = -(held_out["recon"] + held_out["kl"])
        elbo = f", held-out ELBO {f'{value:.1f}'.replace('-', MINUS)} nats"
    cause = f". {status.cause}" if status.cause else ""
    return f"{status.state.capitalize()} after {status.epoch:.1f} epochs{elbo}: {run.path}{cause}"


class _Lines:
    """A line an epoch."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pace = 0.0
        self._begun = False

    def __call__(self, event: Event) -> None:
        if not self._begun:
            self._begun = True
            say(self._run.read_status().data)
        if isinstance(event, Step):
            self._pace = event.images_per_second
        if isinstance(event, Epoch):
            held_out = event.held_out.get("loss")
            say(
                f"epoch {event.epoch}  {_terms(event.train)}"
                + ("" if held_out is None else f"  held-out loss {held_out:.2f}")
                + f"  {self._pace:,.0f} images/s"
            )


class _Bar:
    """A bar that counts steps."""

    def __init__(self, run: Run, bar: Any) -> None:
        self._run, self._bar = run, bar
        self._epochs = run.config.train.epochs
        self._task: Any = None

    def event(self, event: Event) -> None:
        """Move the bar."""
        if not isinstance(event, Step):
            return
        if self._task is None:
            for old in list(self._bar.task_ids):
                self._bar.remove_task(old)
            self._bar.console.print(self._run.read_status().data, markup=False)
            self._task = self._bar.add_task("", terms="", total=event.total_steps)
        self._bar.update(
            self._task,
            description=f"epoch {min(int(event.epoch) + 1, self._epochs)}/{self._epochs}",
            completed=event.step,
            terms=f"{_terms(event.terms)}  {event.images_per_second:,.0f} images/s",
        )


def _progress(after: str) -> Any:
    from rich.console import Console  # noqa: PLC0415 - only where something is shown
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    before = TextColumn("{task.description}", style="bold", markup=False)  # names may hold brackets
    columns = [before, BarColumn(), TimeRemainingColumn(), TextColumn(after, markup=False)]
    return Progress(*columns, console=Console(stderr=True, highlight=False))


def _tell(bar: Any) -> OnProgress:
    """Move a bar by what is counted; each thing that is counted has its own."""
    tasks: dict[str, Any] = {}

    def progress(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, terms="", total=total)
        bar.update(tasks[what], completed=done, total=total)

    return progress


def _terms(terms: dict[str, float]) -> str:
    return "  ".join(
        f"{name} {terms[name]:.2f}" for name in ("loss", "recon", "kl") if name in terms
    )
