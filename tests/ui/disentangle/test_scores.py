"""Scores as the page finds, measures and draws them."""

import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ui.disentangle import score_tables, scoring
from ui.disentangle.scores import METRICS, Choice, Code, Score

SECONDS = 90
"""That a process may take which does next to nothing, on a machine that has much else to do."""
ALL = {"codes": "mean", "factors": ("shape", "x", "y")}


def score(metric: str = "mig", **changes: Any) -> Score:
    """A score of two units and three factors."""
    matrix = ((0.9, 0.1, 0.2), (0.3, 0.8, 0.25))
    names = {"mig": "mutual_information", "factor_vae": "votes", "dci": "importance"}
    matrices = {names.get(metric, "mutual_information"): matrix}
    if metric == "factor_vae":
        matrices["training_votes"] = ((0, 9, 1), (5, 2, 0))
    vectors = {"gap": (0.6, 0.7, 0.05), "variance": (1.0, 0.01), "completeness": (1.0, 0.5, 0.2)}
    given: dict[str, Any] = {
        "metric": metric,
        "code": "somewhere",
        "weights": "abc",
        "score": 0.45,
        "also": {},
        "matrices": matrices,
        "vectors": vectors,
    }
    return Score(**(given | ALL | changes))


def code(folder: Path, **changes: Any) -> Code:
    """A model whose weights have the hash abc."""
    given: dict[str, Any] = {
        "key": "k",
        "title": "A <b>",
        "source": "somewhere",
        "shipped": folder / "scores.jsonl",
    }
    return Code(**({**given, "digest": "abc"} | changes))


def write(folder: Path, *scores: Score) -> None:
    """What ships beside a model."""
    text = "".join(each.model_dump_json() + "\n" for each in scores)
    (folder / "scores.jsonl").write_text(text + "{ a line cut off", encoding="utf-8")


def test_only_what_was_asked_for(tmp_path: Path) -> None:
    """Scores of samples, of other factors or of other weights are not taken for those of a choice."""
    write(tmp_path, *(score(metric) for metric in METRICS))
    assert code(tmp_path).found(Choice()).keys() == set(METRICS)
    assert code(tmp_path).found(Choice(codes="sample")) == {}
    assert code(tmp_path).found(Choice(with_shape=False)) == {}
    assert code(tmp_path, digest="other").found(Choice()) == {}


def test_an_incomplete_set_is_none(tmp_path: Path) -> None:
    """A file without all metrics counts as not measured."""
    write(tmp_path, score("mig"))
    assert code(tmp_path).found(Choice()) == {}


def test_made_up_codes_have_no_samples(tmp_path: Path) -> None:
    """Asked for samples, a made-up code shows what it has."""
    write(tmp_path, *(score(metric, weights="") for metric in METRICS))
    assert code(tmp_path, digest="").found(Choice(codes="sample")).keys() == set(METRICS)


def cells(table: str, kind: str) -> list[str]:
    """What the cells of a class hold."""
    return re.findall(rf'<td class="{kind}"[^>]*>([^<]*)<', table)


def test_the_gap_is_marked(tmp_path: Path) -> None:
    """MIG frames the best unit of each factor and the second best, and shows the gap below."""
    table = score_tables.working(code(tmp_path), score())
    assert cells(table, "best") == ["0.90", "0.80", "0.25"]
    assert sorted(cells(table, "second")) == ["0.10", "0.20", "0.30"]
    assert "<tfoot>" in table
    assert "0.05" in table
    assert "A &lt;b&gt;" in table


def test_training_votes_decide(tmp_path: Path) -> None:
    """The FactorVAE score frames the factor of most training votes, not of most new ones."""
    table = score_tables.working(code(tmp_path), score("factor_vae", score=0.5))
    rows = [re.findall(r'<td class="(best|)"', row) for row in table.split("<tr>")[2:]]
    assert rows == [["", "best", ""], ["best", "", ""]]


def test_what_is_unknown_is_a_dash() -> None:
    """A code without scores has a row of dashes; published scores are marked as about."""
    table = score_tables.overview({"new": {}}, {"known": {"mig": score()}})
    assert table.count("\N{EN DASH}") >= len(METRICS) * 2 - 1
    assert "\N{ALMOST EQUAL TO} 0.45" in table
    assert ">0.45<" in table


def test_what_was_measured_on_request_has_a_column(tmp_path: Path) -> None:
    """DCI by classes is shown where a code has it, and is not asked of the others."""
    write(tmp_path, *(score(metric) for metric in [*METRICS, "dci_classification"]))
    found = code(tmp_path).found(Choice())
    assert found.keys() == {*METRICS, "dci_classification"}
    assert "DCI by classes" in score_tables.overview({"with": found, "without": {}}, {})
    del found["dci_classification"]  # type: ignore[attr-defined]
    assert "DCI by classes" not in score_tables.overview({"with": found}, {})


# --- measuring -----------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the interpreter: the script at this path is run instead of a measurement."""
    script = tmp_path / "measure.sh"
    monkeypatch.setattr(sys, "executable", str(script))
    return script


def wait(job: scoring.Scoring | None) -> None:
    """Until a measurement is over, however it ends."""
    assert job is not None
    end = time.monotonic() + SECONDS
    while not job.future.done() and time.monotonic() < end:
        time.sleep(0.01)
    assert job.future.done()


def write_script(path: Path, text: str) -> None:
    """An executable."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def test_what_was_measured_is_kept(tmp_path: Path, command: Path) -> None:
    """Its lines become the code's scores, under the hash of its weights."""
    lines = "".join(score(metric).model_dump_json() + "\n" for metric in METRICS)
    (tmp_path / "lines").write_text(lines)
    write_script(command, f"cat {tmp_path / 'lines'}")
    scoring.start([code(tmp_path)], Choice())
    wait(scoring._jobs[code(tmp_path).kept(Choice())])
    assert code(tmp_path).found(Choice()).keys() == set(METRICS)
    assert scoring.going_on(code(tmp_path), Choice()) is None


def test_a_failure_is_told(tmp_path: Path, command: Path) -> None:
    """The last line that the process wrote is what the page says."""
    write_script(command, "echo broken model >&2; exit 2")
    scoring.start([code(tmp_path)], Choice())
    wait(scoring._jobs[code(tmp_path).kept(Choice())])
    assert scoring.failure(code(tmp_path), Choice()) == "broken model"
    assert code(tmp_path).found(Choice()) == {}


def test_progress_and_stop(tmp_path: Path, command: Path) -> None:
    """It says how far it is while it runs; stopped, it ends, complains of nothing and leaves no file."""
    line = '{"kind": "progress", "what": "DCI: trees", "done": 50, "total": 200}'
    write_script(command, f"echo '{line}'; exec sleep 600")
    scoring.start([code(tmp_path)], Choice())
    job = scoring.going_on(code(tmp_path), Choice())
    assert job is not None
    end = time.monotonic() + SECONDS
    while job.busy != "DCI: trees, 50 of 200" and time.monotonic() < end:
        time.sleep(0.01)
    assert job.busy == "DCI: trees, 50 of 200"
    assert job.share == pytest.approx(0.25 / len(METRICS))
    job.stop()
    wait(job)
    assert scoring.failure(code(tmp_path), Choice()) == ""
    assert list(job.lines.parent.iterdir()) == []
