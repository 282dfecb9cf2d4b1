"""`disentangle`: scores of made-up codes and of models, for people and for machines."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.ui import tiny
from vae.analysis.disentanglement import METRICS, USUAL


def lines(text: str) -> list[dict[str, Any]]:
    """The results among the lines that a command printed."""
    found = [json.loads(line) for line in text.splitlines()]
    return [line for line in found if line["kind"] == "measured"]


def test_a_made_up_code(call: Call) -> None:
    """Each metric that was asked for, on both choices of factors, with its working."""
    answer = call(
        *("disentangle", "true-factors", "--metric", "mig", "--metric", "factor_vae"),
        *("--shape", "both", "--json"),
    )
    assert answer.code == 0
    found = lines(answer.out)
    names = [(line["metric"], len(line["factors"])) for line in found]
    assert names == [("mig", 5), ("factor_vae", 5), ("mig", 4), ("factor_vae", 4)]
    assert [line["score"] for line in found[1::2]] == [1, 1]
    assert len(found[0]["matrices"]["mutual_information"]) == 5
    told = found[0]["attainable"]["orientation"]
    assert (round(told["information"], 3), round(told["accuracy"], 3)) == (0.812, 0.583)


def test_a_table_for_people(call: Call) -> None:
    """Without --json the scores stand in a table, under what they are of."""
    answer = call("disentangle", "rotated", "--metric", "mig", "--shape", "without")
    assert answer.code == 0
    assert answer.out.startswith("rotated, mean of q(z|x): scale, orientation, x, y\n")
    assert "mig" in answer.out
    assert "A picture tells 0.812 of its orientation at most" in answer.out


def test_what_takes_minutes_is_measured_on_request() -> None:
    """By default every metric but that one."""
    assert set(METRICS) - set(USUAL) == {"dci_classification"}


@pytest.mark.parametrize("codes", ["mean", "sample"])
def test_a_model(call: Call, tmp_path: Path, codes: str) -> None:
    """A model is named by the hash of its weights; images are encoded with progress in lines."""
    folder = tiny.ship(tmp_path / "small", tiny.config(data={"name": "sprites"}))
    answer = call("disentangle", folder, "--metric", "mig", "--codes", codes, "--json")
    assert answer.code == 0
    (found,) = lines(answer.out)
    assert found["codes"] == codes
    assert len(found["weights"]) == 64
    assert len(found["matrices"]["mutual_information"]) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["random", "--metric", "migg"], "--metric: found migg, there are mig"),
        (["random", "--codes", "sample"], "--codes: random has no samples"),
        (["random", "--shape", "no"], "'--shape'"),
        (["nowhere"], "nowhere does not exist"),
    ],
)
def test_mistake(call: Call, options: list[str], words: str) -> None:
    """What was wrong is said in one line."""
    answer = call("disentangle", *options)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert words in answer.err


def test_a_model_of_digits(call: Call, trained: Path) -> None:
    """Digits have no known factors: both shapes are named."""
    answer = call("disentangle", trained, "--metric", "mig")
    assert answer.code == 2
    assert "(1, 64, 64)" in answer.err
