"""Standard output holds results alone, and takes whatever its encoding lacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import TINY, Call
from vae import console, jobs


def in_a_code_page(
    *arguments: object, encoding: str = "cp1252", stderr: int = subprocess.STDOUT
) -> tuple[int, str]:
    """A command where the terminal cannot show every character: its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "vae", *map(str, arguments)],
        env=os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=False,
    )
    return done.returncode, done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_training_in_a_code_page(tmp_path: Path, encoding: str) -> None:
    """It ends well, its minus is a hyphen, and a name in another script costs no more than letters."""
    run = tmp_path / "\N{GREEK SMALL LETTER ALPHA}"
    code, said = in_a_code_page("train", *TINY, "--out", run, encoding=encoding)
    assert code == 0, said
    assert "held-out ELBO -" in said
    assert said.rstrip().endswith(f"{os.sep}?")


def test_lists_and_complaints_in_a_code_page(trained: Path, tmp_path: Path) -> None:
    """So do the table of runs, and what is said of a mistake."""
    runs = tmp_path / "\N{GREEK SMALL LETTER ALPHA}"
    runs.mkdir()
    (runs / "\N{GREEK SMALL LETTER BETA}1").symlink_to(trained)
    code, said = in_a_code_page("runs", "--dir", runs)
    assert (code, "?1" in said) == (0, True)
    code, said = in_a_code_page("evaluate", runs / "nothing")
    assert (code, "does not exist" in said) == (2, True)


def test_a_bar_in_a_code_page(tmp_path: Path) -> None:
    """On a terminal of such an encoding the bar is drawn."""
    ours, theirs = pytest.importorskip("pty").openpty()
    code, said = in_a_code_page("train", *TINY, "--out", tmp_path / "run", stderr=theirs)
    os.close(theirs)
    drawn = os.read(ours, 2**16).decode("cp1252")
    os.close(ours)
    assert (code, "Done after" in said) == (0, True)
    assert "epoch 1/1" in drawn


def test_names_do_not_break_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with a line's end or an escape in it is shown without them."""
    console.say("one\ntwo\x1b[2J")
    console.table([""], [["three\nfour\x9b"]])
    console.complain("five\x1b[2J\n six")
    out, err = capsys.readouterr()
    assert [line.rstrip() for line in out.splitlines()] == ["one two [2J", "", "three four"]
    assert err == "five [2J six\n"


def test_brackets_in_a_name_are_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted may be called as a folder is, brackets and all."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with console.counting_bar() as progress:
        progress("photos [/b] [red]", 1, 2)


def test_what_a_library_prints_is_no_result(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to standard error."""

    def talk(root: Path) -> list[jobs.Entry]:
        print("Loading a library")  # noqa: T201
        return []

    monkeypatch.setattr(jobs, "runs", talk)
    answer = call("runs", "--json")
    assert (answer.out, answer.err) == ("[]\n", "Loading a library\n")


@pytest.mark.parametrize(
    "command",
    [
        "evaluate {run} --samples 1 --limit 20",
        "export {run} --out {new}",
        "export {run} --format checkpoint --out {new}",
        "project {run} --limit 60 --method pca --method tsne --method umap --out {new}.csv",
        "disentangle true-factors --metric mig",
        "runs",
        "doctor",
        "sweep --beta 1 --data embedded",
    ],
)
def test_one_line_for_machines(
    call: Call, trained: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --json every command prints one line of JSON, and nothing else anywhere."""
    monkeypatch.setattr("vae.jobs.queue.start", lambda run: None)
    words = command.format(run=trained, new=tmp_path / "new").split()
    answer = call(*words, "--json")
    assert (answer.code, answer.err) == (0, "")
    json.loads(answer.out)
    assert answer.out.count("\n") == 1
