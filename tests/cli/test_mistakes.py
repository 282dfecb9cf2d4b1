"""A user's mistake is one sentence on stderr and exit code 2; nothing is lost or left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import TINY, Call
from vae import cli, jobs


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("frob", "No such command 'frob'"),
        ("train --nope", "No such option: --nope"),
        ("train --beta x", "'--beta'"),
        ("train --beta -1", "objective.beta"),
        ("train --data cifar", "data.name"),
        ("train --model gan", "gan"),
        ("train --latent-dim 9999", "model.latent_dim"),
        ("train --latent-dim 0", "model.latent_dim"),
        ("train --epochs 0", "train.epochs"),
        ("train --batch-size 10000000", "train.batch_size"),
        ("train --learning-rate nan", "train.learning_rate"),
        ("train --hidden 3,x", "--hidden: found '3,x'"),
        ("train --backbone conv --hidden 3,4", "--hidden: the conv backbone"),
        ("train --objective iwae --beta 2", "--beta: the objective 'iwae'"),
        ("train --model ladder --latent-dim 3", "--latent-dim: the model 'ladder'"),
        ("train --model cvae --prior vamp", "--prior: the model 'cvae'"),
        ("train --channels 8", "--channels: the backbone 'mlp'"),
        ("train --scale 0.1", "--scale: the likelihood 'bernoulli'"),
        ("train --data embedded --data-dir x", "--data-dir: the data 'embedded'"),
        ("train --data sprites --data-dir x", "--data-dir: the data 'sprites' has no such"),
        ("train --data sprites --set data.path=x", "data.path: the data 'sprites'"),
        ("train --data mnist --image-size 64", "--image-size: the data 'mnist'"),
        ("train --data embedded --image-channels 3", "--image-channels: the data 'embedded'"),
        ("sweep --beta 1 --data embedded --data-dir x", "--data-dir: the data 'embedded'"),
        ("sweep", "nothing to sweep over"),
        ("sweep --seeds 0", "nothing to sweep over"),
        ("sweep --seeds inf", "needed are whole numbers"),
        ("sweep --seeds 1e300,1", "train.seed"),
        ("sweep --beta inf,1", "objective.beta"),
        ("sweep --beta nan,1", "objective.beta"),
        ("train --set train.epochs=1e999", "train.epochs"),
        (f"train --set train.epochs={'9' * 5000}", "train.epochs"),
        (f"train --hidden {'9' * 5000}", "--hidden: found"),
        ("sweep --beta many", "needed are numbers"),
        ("sweep --beta ,", "0 values of objective.beta"),
        ("sweep --beta 1 --over objective.beta=2", "objective.beta is given twice"),
        ("sweep --over gamma=1", "such as objective.gamma=1,10"),
        ("sweep --over objective.gamma=", "such as objective.gamma=1,10"),
        ("sweep --over objective.gamma=1,10", "objective.gamma: the objective 'elbo' has no such"),
        ("sweep --over objective.beta=1,-1", "objective.beta"),
        ("sweep --over model.kind=vae,gan", "gan"),
        ("sweep --beta 1 --set objective.kind=factor", "objective.beta: the objective 'factor'"),
        ("train --model autoencoder --objective elbo", "reconstruction"),
        ("train --data folder", "needs a path"),
        ("train --data folder --data-dir /nowhere/at/all", "does not exist"),
        ("train --data mnist --data-dir /nowhere/at/all", "is not a folder"),
        ("train --data embedded --device cuda:99", "no device 'cuda:99'"),
        ("train --set gamma", "--set: found 'gamma'"),
        ("train --set modl.x=1", "Unknown group of settings 'modl'"),
        ("train --set model.latnt=1", "model.latnt: the model 'vae' has no such setting"),
        ("train --set data.pth=x", "Unknown setting 'pth'"),
        ("train --set model.kind.x=1 --model vae", "is a value, not a group"),
        ("train --config /nowhere.json", "--config: /nowhere.json cannot be read"),
        (f"train --config {Path(__file__).parents[2] / 'README.md'}", "Invalid JSON"),
        (f"train --data {'long' * 2000}", "data.name"),
        (f"train --set {'long' * 2000}", "such as objective.gamma=10"),
        ("train --data embedded --out /dev/null", "is a file"),
        ("train --data embedded --out /dev/null/run", "could not be created"),
        ("resume", "Missing argument 'RUN_DIR'"),
        ("resume /nowhere", "does not exist"),
        ("resume /", "holds no run"),
        ("evaluate /nowhere", "does not exist"),
        ("evaluate /nowhere --samples 0", "'--samples'"),
        ("evaluate /nowhere --samples 99999999999", "'--samples'"),
        ("evaluate /nowhere --seed 99999999999", "'--seed'"),
        (f"evaluate {'long' * 2000}", "File name too long"),
        ("evaluate /nowhere --split half", "'--split'"),
        ("evaluate /nowhere --device tpu", "device: choose auto, cpu, mps, cuda, or cuda:1"),
        ("evaluate /nowhere --device cuda:200", "device: choose auto"),
        ("train --device cuda:99999999999999999999", "train.device: choose auto"),
        ("evaluate /", "/ holds neither a run nor a checkpoint. Give a run"),
        ("evaluate /dev/null", "/dev/null is no file. Give a run"),
        ("evaluate /dev/zero", "/dev/zero is no file. Give a run"),
        ("export /dev --out x --format checkpoint", "/dev holds neither a run nor a checkpoint"),
        ("export /nowhere", "Missing option '--out'"),
        ("export /nowhere --out x --half", "--half is for checkpoints"),
        ("export /nowhere --out x --format pickle", "'--format'"),
        ("runs --dir /nowhere", "is no folder"),
    ],
)
def test_mistake(call: Call, command: str, words: str) -> None:
    """What was wrong is said in one line, and no run is left behind."""
    answer = call(*command.split())
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert len(answer.err) < 700, "what is quoted has an end"
    assert "Traceback" not in answer.err
    assert jobs.runs(jobs.root()) == []


def test_a_run_is_not_overwritten(call: Call, trained: Path) -> None:
    """--out of a run that is there is refused."""
    answer = call("train", *TINY, "--out", trained)
    assert answer.code == 2
    assert "choose another --out" in answer.err


def test_a_folder_with_files_is_not_touched(call: Call, tmp_path: Path) -> None:
    """--out of a folder that holds something else is refused."""
    (tmp_path / "thesis.tex").write_text("precious")
    answer = call("train", *TINY, "--out", tmp_path)
    assert answer.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_run_is_not_exported_over(call: Call, trained: Path) -> None:
    """An export into a run's directory would take its settings away."""
    before = (trained / "config.json").read_text()
    answer = call("export", trained, "--format", "checkpoint", "--out", trained)
    assert (answer.code, "holds a run" in answer.err) == (2, True)
    assert (trained / "config.json").read_text() == before


def test_a_folder_that_may_not_be_read(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses is a sentence with the place's name."""

    def refuse(root: Path) -> None:
        raise PermissionError(13, "Permission denied", str(root))

    monkeypatch.setattr(jobs, "runs", refuse)
    answer = call("runs", "--dir", "/")
    assert (answer.code, answer.err) == (2, "/ cannot be used (Permission denied). Give another.\n")


def test_done_is_done(call: Call, trained: Path) -> None:
    """A run that is done needs more epochs to go on."""
    answer = call("resume", trained)
    assert answer.code == 2
    assert "more than its 1 epochs" in answer.err


@pytest.mark.parametrize(
    "command", ["train {new}", "sweep --beta 1", "evaluate {run}", "project {run} {new}"]
)
def test_nothing_stands_in_unasked(
    call: Call, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Where MNIST cannot be had a command ends with how to take the digits that are here instead."""
    monkeypatch.setattr("vae.data.sources.fetch", lambda *_: False)
    monkeypatch.setattr("vae.jobs.queue.start", lambda run: None)
    new = f"--out {tmp_path / 'new.csv'}"
    words = f"{command.format(run=trained, new=new)} --data mnist".split()
    tiny = TINY[2:] if words[0] == "train" else []
    answer = call(*words, *tiny)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "--stand-in" in answer.err
    assert not (tmp_path / "new.csv").exists()
    assert jobs.runs(jobs.root()) == []
    assert call(*words, *tiny, "--stand-in").code == 0


def test_wrong_shape(call: Call, trained: Path) -> None:
    """A model is not measured on images of another size."""
    answer = call("evaluate", trained, "--data", "sprites", "--samples", 1)
    assert answer.code == 2
    assert answer.err.count("\n") == 1


def test_a_run_that_fails_ends_with_1(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training that diverges has a run of its own, and exit code 1."""
    monkeypatch.setattr("vae.training.engine._divergence", lambda state, means: "It blew up.")
    answer = call("train", *TINY, "--out", tmp_path / "run")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert answer.err.startswith("It blew up")
    assert answer.err.endswith(f"({tmp_path / 'run'})\n")


def test_unexpected_error(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is a sentence too, and where it happened is shown when asked for."""
    monkeypatch.setattr(jobs, "runs", lambda root: 1 / 0)
    answer = call("runs")
    assert answer.code == 1
    assert answer.err.startswith("Unexpected ZeroDivisionError: division by zero.")
    monkeypatch.setenv("VAE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.run(["runs"])


@pytest.mark.parametrize("command", [["--help"], ["train", "--help"], ["runs"]])
def test_torch_is_not_imported(command: list[str]) -> None:
    """What needs no torch does not wait for it."""
    code = f"import sys; from vae import cli; cli.run({command}); sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0


def test_as_a_module() -> None:
    """`python -m vae` is the command line."""
    done = subprocess.run(
        [sys.executable, "-m", "vae", "resume", "/nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
