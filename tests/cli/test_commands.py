"""Every command does what it says."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.conftest import SMALL, TINY, Call
from vae import analysis, console, events, jobs, training
from vae.jobs import Run, Status


def test_train(call: Call, tmp_path: Path) -> None:
    """A training makes a run like any other, and says how it ended."""
    answer = call("train", *TINY, "--out", tmp_path / "run")
    assert (answer.code, answer.err) == (0, "")
    assert "the first 128 of them" in answer.out
    assert "Done after 1.0 epochs, held-out ELBO" in answer.out
    assert Run.open(tmp_path / "run").status.state == "done"


def test_train_makes_a_directory(call: Call) -> None:
    """Without --out the run is a new one among the others."""
    assert call("train", *TINY).code == 0
    assert [entry.run.name[:16] for entry in jobs.runs(jobs.root())] == ["vae-z2-embedded-"]


def test_train_for_machines(call: Call, tmp_path: Path) -> None:
    """With --json every line is an event but the last, which is the run."""
    answer = call("train", *TINY, "--json", "--out", tmp_path / "run")
    *lines, last = answer.out.splitlines()
    assert [events.parse(line).kind for line in lines] == ["step", "epoch", "done"]
    assert json.loads(last)["state"] == "done"
    assert answer.err == ""


def test_options_become_settings(call: Call, tmp_path: Path) -> None:
    """What is given on the command line is in the run's settings."""
    options = "--model cvae --likelihood gaussian --scale 0.2 --learn-scale --schedule cosine"
    sets = ["--set", "objective.free_bits=0.5", "--set", "model.backbone.activation=tanh"]
    assert call("train", *TINY, *options.split(), *sets, "--out", tmp_path / "run").code == 0
    config = Run(tmp_path / "run").config
    assert config.model.model_dump()["likelihood"] == {
        "kind": "gaussian",
        "scale": 0.2,
        "learn_scale": True,
    }
    assert (config.model.kind, config.train.schedule) == ("cvae", "cosine")
    assert config.objective.model_dump()["free_bits"] == 0.5
    assert config.model.backbone.activation == "tanh"


def test_settings_from_a_file(call: Call, trained: Path, tmp_path: Path) -> None:
    """A run starts from another's settings; another variant starts from its own defaults."""
    file = trained / "config.json"
    options = ["--seed", 3, "--objective", "iwae", "--samples", 2]
    assert call("train", "--config", file, *options, "--out", tmp_path / "run").code == 0
    before, after = Run(trained).config, Run(tmp_path / "run").config
    assert after.model == before.model
    assert after.train.seed == 3
    assert after.objective.model_dump() == {"kind": "iwae", "samples": 2}


def test_ladder_and_autoencoder(call: Call, tmp_path: Path) -> None:
    """The other models can be trained too."""
    ladder = ["--model", "ladder", "--latent-dims", "3,2", "--widths", "8,8"]
    assert call("train", *SMALL, *ladder, "--out", tmp_path / "one").code == 0
    assert call("train", *SMALL, "--model", "autoencoder", "--out", tmp_path / "two").code == 0
    assert Run(tmp_path / "two").config.objective.kind == "reconstruction"
    for command in ("evaluate", "project"):
        answer = call(command, tmp_path / "two", "--samples", 9, *_out(command, tmp_path))
        assert (answer.code, "no log p(x)" in answer.err) == (2, True)


def _out(command: str, folder: Path) -> list[str]:
    return ["--out", str(folder / "map.csv")] if command == "project" else []


def test_other_data_than_a_file_says(call: Call, trained: Path, tmp_path: Path) -> None:
    """Settings of a file's data that the data now chosen does not heed are not carried over."""
    path = tmp_path / "config.json"
    before = Run(trained).config.data
    folder = before.replace(name="folder", path=tmp_path, size=28)
    path.write_text(Run(trained).config.replace(data=folder).model_dump_json())
    answer = call("train", "--config", path, *TINY, "--out", tmp_path / "run")
    assert (answer.code, answer.err) == (0, "")
    assert Run(tmp_path / "run").config.data == before


def test_resume_with_more_epochs(call: Call, trained: Path, tmp_path: Path) -> None:
    """A run that is done goes on."""
    run = shutil.copytree(trained, tmp_path / "run")
    answer = call("resume", run, "--epochs", 2)
    assert answer.code == 0
    assert "Done after 2.0 epochs" in answer.out


def test_resume_with_other_settings(call: Call, trained: Path, tmp_path: Path) -> None:
    """Learning rate and beta are changed at the step where it goes on, and recorded as such."""
    run = Run(shutil.copytree(trained, tmp_path / "run"))
    step = run.status.step
    answer = call("resume", run.path, "--epochs", 2, "--learning-rate", 1e-4, "--beta", 4)
    assert answer.code == 0, answer.err
    (change,) = run.config.train.changes
    assert (change.step, change.learning_rate, change.weight) == (step, 1e-4, 4)
    assert training.load_model(run.last).config == run.config


def test_resume_refuses_a_weight_that_is_none(call: Call, trained: Path, tmp_path: Path) -> None:
    """An objective's own weight is named; nothing is touched."""
    run = Run(shutil.copytree(trained, tmp_path / "run"))
    answer = call("resume", run.path, "--epochs", 2, "--gamma", 4)
    assert answer.code == 2
    assert "it has --beta" in answer.err
    assert (run.status.state, run.config.train.epochs) == ("done", 1)


def test_pictures_that_were_moved(call: Call, tmp_path: Path) -> None:
    """A run that is done stays so where its pictures are gone; told where they are, it goes on."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(30):
        Image.new("L", (8, 8), 8 * i).save(photos / f"{i}.png")
    given = ["--data", "folder", "--data-dir", photos, "--image-size", 8, "--latent-dim", 2]
    path = tmp_path / "run"
    assert call("train", *given, "--epochs", 1, "--batch-size", 8, "--out", path).code == 0
    run = Run(path)
    before = run.status
    photos.rename(tmp_path / "moved")
    answer = call("resume", path, "--epochs", 2)
    assert answer.code == 1
    assert "--data-dir" in answer.err
    assert (run.status.state, run.status.step) == ("done", before.step)
    assert run.status.held_out == before.held_out
    assert run.config.train.epochs == 1
    assert call("resume", path, "--epochs", 2, "--data-dir", tmp_path / "nowhere").code == 2
    answer = call("resume", path, "--epochs", 2, "--data-dir", tmp_path / "moved")
    assert answer.code == 0, answer.err
    assert (run.status.state, run.status.cause, run.status.epoch) == ("done", "", 2)


def test_resume_tells_a_paused_run_to_go_on(call: Call, trained: Path, tmp_path: Path) -> None:
    """A paused run has a process of its own, which is asked."""
    run = Run(shutil.copytree(trained, tmp_path / "run"))
    run.write_status(Status(state="paused", pid=1))
    run.ask("pause")
    with run.working():
        answer = call("resume", run.path)
    assert (answer.code, run.wish) == (0, "run")
    assert "goes on in its own process" in answer.out


def test_quiet(call: Call, trained: Path, tmp_path: Path) -> None:
    """A worker has nothing to say where all goes well."""
    run = shutil.copytree(trained, tmp_path / "run")
    answer = call("resume", run, "--epochs", 2, "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_interrupted_saves_and_ends_with_130(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted training is saved and says so."""

    def interrupt(event: events.Event) -> None:
        if event.step == 2:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(console, "print_event", interrupt)
    answer = call("train", *TINY, "--epochs", 50, "--json", "--out", tmp_path / "run")
    assert answer.code == 130
    assert Run(tmp_path / "run").last.exists()


def test_evaluate(call: Call, trained: Path) -> None:
    """The numbers that were asked for, for machines."""
    answer = call("evaluate", trained, "--samples", 3, "--limit", 20, "--json")
    numbers = json.loads(answer.out)
    assert answer.code == 0
    assert numbers["data"] == "Embedded digits of MNIST: 500 test images; the first 20 of them"
    assert numbers.keys() >= {"nll", "elbo", "recon", "kl", "kl_per_unit", "active_units"}
    assert numbers["images"] == 20
    assert numbers["elbo"] == pytest.approx(-(numbers["recon"] + numbers["kl"]))


def test_numbers_that_are_not_finite(
    call: Call, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are null in JSON, which has no other word for them, and the exit code says so."""
    real = analysis.evaluate

    def broken(*given: Any, **more: Any) -> analysis.Evaluation:
        return real(*given, **more).model_copy(update={"nll": float("inf"), "kl": float("nan")})

    monkeypatch.setattr(analysis, "evaluate", broken)
    answer = call("evaluate", trained, "--samples", 1, "--limit", 5, "--json")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "NaN" not in answer.out
    assert json.loads(answer.out)["nll"] is None


def test_evaluate_on_other_data(call: Call, trained: Path) -> None:
    """A model can be measured on data it was not trained with."""
    answer = call("evaluate", trained, "--split", "all", "--samples", 1, "--limit", 10)
    assert answer.code == 0
    assert "Embedded digits of MNIST: 5,000 images" in answer.out


def test_export_a_checkpoint(call: Call, trained: Path, tmp_path: Path) -> None:
    """A checkpoint apart from its run can be measured as the run can."""
    out = tmp_path / "out"
    answer = call("export", trained, "--format", "checkpoint", "--half", "--out", out)
    assert answer.out == f"{out}: config.json, model.safetensors\n"
    assert call("evaluate", out, "--samples", 1, "--limit", 5, "--json").code == 0


def test_export_onnx(call: Call, trained: Path, tmp_path: Path) -> None:
    """Encoder and decoder are written."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("not of this export")
    answer = call("export", trained, "--format", "onnx", "--out", tmp_path / "out", "--json")
    assert json.loads(answer.out)["files"] == ["decoder.onnx", "encoder.onnx"]


def test_runs(call: Call, trained: Path, tmp_path: Path) -> None:
    """Runs are listed, a broken one with its problem."""
    shutil.copytree(trained, tmp_path / "runs" / "good")
    broken = shutil.copytree(trained, tmp_path / "runs" / "bad")
    (broken / "status.json").write_text("{")
    answer = call("runs")
    assert answer.code == 0
    assert "good" in answer.out
    assert "status.json is damaged" in answer.out


def test_runs_for_machines(call: Call, trained: Path, tmp_path: Path) -> None:
    """The list as JSON has state, progress and settings."""
    shutil.copytree(trained, tmp_path / "runs" / "good")
    (listed,) = json.loads(call("runs", "--json").out)
    assert (listed["name"], listed["state"], listed["step"]) == ("good", "done", 1)
    assert listed["config"]["model"]["latent_dim"] == 2


def test_no_runs(call: Call) -> None:
    """Before the first run a sentence says how to make one."""
    assert call("runs").out.startswith("No runs in ")


def test_command_without_arguments(call: Call) -> None:
    """`python -m vae` shows what there is."""
    answer = call()
    assert answer.code == 0
    assert all(name in answer.out for name in ("train", "resume", "evaluate", "export", "doctor"))


@pytest.mark.parametrize("name", ["train", "resume", "evaluate", "export", "runs", "doctor"])
def test_help_has_an_example(call: Call, name: str) -> None:
    """Each command's help shows how to call it."""
    answer = call(name, "--help")
    assert answer.code == 0
    assert f"$ python -m vae {name}" in answer.out
