"""A run directory says what it holds, and what is wrong with it."""

import errno
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.jobs.conftest import Configure
from vae.errors import RunError
from vae.events import Done, Event, Step
from vae.jobs import Run, Status, new_run, runs
from vae.jobs import run as run_module


def _step(step: int) -> Step:
    return Step(step=step, epoch=0.5, total_steps=9, terms={"loss": 1.0}, images_per_second=1)


def _steps(events: list[Event]) -> list[int]:
    return [event.step for event in events]


@pytest.fixture
def run(root: Path, config: Configure) -> Run:
    """A run that waits."""
    return Run.create(root / "one", config())


def test_round_trip(root: Path, config: Configure) -> None:
    """What is written into a directory is read from it."""
    Run.create(root / "one", config(epochs=7))
    run = Run.open(root / "one")
    run.append(_step(3))
    run.ask("pause")
    assert run.config == config(epochs=7)
    assert run.status.state == "queued"
    assert run.wish == "pause"
    assert run.events().events == [_step(3)]


def test_numbers_that_are_none_are_left_out(run: Run) -> None:
    """A loss that is infinite leaves the status readable, and is not there."""
    run.write_status(Status(state="diverged", held_out={"loss": float("inf"), "kl": 1.0}))
    assert run.status.held_out == {"kl": 1.0}


def test_a_folder_that_goes_takes_no_other_with_it(
    run: Run, root: Path, config: Configure, monkeypatch: Any
) -> None:
    """A run deleted while it is looked at is not listed; the others are."""
    other = new_run(root, config())
    config_of = Run.config.fget  # type: ignore[attr-defined]

    def gone(self: Run) -> Any:
        if self.path == run.path and run.path.exists():
            shutil.rmtree(run.path)
        return config_of(self)

    monkeypatch.setattr(Run, "config", property(gone))
    assert [entry.run for entry in runs(root)] == [other]


def test_a_run_that_cannot_be_looked_into_is_listed(
    run: Run, root: Path, config: Configure, monkeypatch: Any
) -> None:
    """It is among the others all the same, where it can be deleted."""
    other = new_run(root, config())
    exists = Path.exists

    def forbidden(self: Path) -> bool:
        if self.parent == run.path:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return exists(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", forbidden)
        found = {entry.run: entry.problem for entry in runs(root)}
    assert found.keys() == {run, other}
    assert not found[other]


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, config: Configure) -> None:
    """Nothing that lies in a folder is mixed with a run."""
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(RunError, match=r"is not empty.*another --out"):
        Run.create(tmp_path, config())


def test_a_run_is_not_overwritten(run: Run, config: Configure) -> None:
    """A second run does not take the place of a first."""
    with pytest.raises(RunError, match=r"holds a run already.*another --out"):
        Run.create(run.path, config())


def test_a_file_is_no_folder(tmp_path: Path, config: Configure) -> None:
    """A path through a file gives a sentence."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="could not be created"):
        Run.create(tmp_path / "file" / "run", config())


def test_unwritable_folder(tmp_path: Path, config: Configure, monkeypatch: Any) -> None:
    """A folder that cannot be written to is named."""

    def refuse(*args: Any, **more: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunError, match=r"run could not be created \(Permission denied\)"):
        Run.create(tmp_path / "run", config())


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_full_disk_leaves_nothing(
    root: Path, config: Configure, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """A run that cannot be written whole is a sentence, and no folder."""
    left = iter(range(writes))

    def write(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise RunError("The disk is full. Free some space.")
        path.write_bytes(content)

    monkeypatch.setattr(run_module, "write_atomically", write)
    with pytest.raises(RunError, match="disk is full"):
        new_run(root, config())
    assert [*root.iterdir()] == []
    assert runs(root) == []


def test_no_run(tmp_path: Path) -> None:
    """A folder without settings is no run."""
    with pytest.raises(RunError, match="holds no run"):
        Run.open(tmp_path)


def test_data_path_becomes_absolute(root: Path, config: Configure, monkeypatch: Any) -> None:
    """A worker in another folder finds the data all the same."""
    monkeypatch.chdir(root)
    settings = config()
    data = settings.data.replace(name="folder", path=Path("mine"))
    run = Run.create(root / "one", settings.replace(data=data))
    assert run.config.data.path == root / "mine"


@pytest.mark.parametrize("text", ["{", '{"state": "asleep"}', '{"state": "done", "x": 1}', "\x00"])
def test_damaged_status_is_named(run: Run, text: str) -> None:
    """An edited status.json gives an error with its name."""
    (run.path / "status.json").write_text(text)
    with pytest.raises(RunError, match=r"status\.json is damaged or edited by hand"):
        _ = run.status


def test_damaged_settings_are_named(run: Run) -> None:
    """An edited config.json gives an error with its name and what is wrong."""
    text = (run.path / "config.json").read_text().replace('"latent_dim": 2', '"latent_dim": 0')
    (run.path / "config.json").write_text(text)
    with pytest.raises(RunError, match=r"config\.json .*latent_dim"):
        _ = run.config


def test_damaged_wish_is_named(run: Run) -> None:
    """An edited control.json gives an error that says what it may hold."""
    (run.path / "control.json").write_text('{"wish": "fly"}')
    with pytest.raises(RunError, match=r'control\.json .*"pause" or "stop"'):
        _ = run.wish


def test_torn_line_is_read_when_it_is_whole(run: Run) -> None:
    """Half a line is left for the next look."""
    run.append(_step(1))
    path = run.path / "events.jsonl"
    line = _step(2).model_dump_json() + "\n"
    with path.open("a") as file:
        file.write(line[:20])
        file.flush()
        first = run.events()
        file.write(line[20:])
    second = run.events(first.cursor)
    assert (_steps(first.events), _steps(second.events)) == ([1], [2])


def test_damaged_line_is_passed_over(run: Run) -> None:
    """One bad line does not hide the others."""
    run.append(_step(1))
    with (run.path / "events.jsonl").open("a") as file:
        file.write('{"step": 2, "kind": "st\n')
    run.append(_step(3))
    assert _steps(run.events().events) == [1, 3]


def test_reading_goes_on_at_the_cursor(run: Run) -> None:
    """Only what is new is read."""
    run.append(_step(1))
    first = run.events()
    run.append(_step(2))
    second = run.events(first.cursor)
    assert (_steps(second.events), first.whole, second.whole) == ([2], True, False)


def test_unsaved_events_are_dropped(run: Run) -> None:
    """After a resume the events before it come anew, and no step twice."""
    for step in (1, 2, 3):
        run.append(_step(step))
    run.append(Done(step=3))
    cursor = run.events().cursor
    run.keep_events(2)
    run.append(_step(3))
    chunk = run.events(cursor)
    assert (_steps(chunk.events), chunk.whole) == ([1, 2, 3], True)


def test_lock_tells_life(run: Run) -> None:
    """A run lives as long as the lock is held, whatever its status says."""
    run.write_status(Status(state="running", pid=1))
    assert not run.alive
    with run.working():
        assert run.alive
        assert run.status.state == "running"
    assert run.status.state == "interrupted"


def test_interrupted_says_what_to_do(run: Run) -> None:
    """A worker that died without a word gets a cause all the same."""
    with run.working():
        run.write_status(Status(state="paused", pid=1))
    assert "resume it" in run.status.cause


def test_looking_keeps_no_worker_out(run: Run) -> None:
    """A worker gets its lock while others look as often as they can."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            _ = run.alive

    with run.working():
        pass
    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(50):
            with run.working():
                pass
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_one_worker_a_run(run: Run, monkeypatch: Any) -> None:
    """A second worker is refused."""
    monkeypatch.setattr("vae.jobs.run.ACQUIRE_SECONDS", 0.1)
    holder = FileLock(run.path / "worker.lock")
    with holder, pytest.raises(RunError, match="worked on by another process"), run.working():
        pass


def test_names_are_readable_and_unique(root: Path, config: Configure) -> None:
    """Runs of the same second have names of their own."""
    names = [new_run(root, config()).name for _ in range(3)]
    assert len(set(names)) == 3
    assert all(name.startswith("vae-z2-embedded-2") for name in names)


def test_root_that_is_a_file(tmp_path: Path, config: Configure) -> None:
    """A folder of runs that is none is named."""
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunError, match="VAE_RUNS"):
        new_run(tmp_path / "runs", config())


def test_newest_first(root: Path, config: Configure) -> None:
    """A list of runs begins with the one that came last."""
    made = [new_run(root, config()) for _ in range(3)]
    assert [entry.run for entry in runs(root)] == made[::-1]


def test_broken_run_is_listed_with_its_problem(root: Path, config: Configure) -> None:
    """One damaged directory does not hide the others."""
    new_run(root, config())
    broken = new_run(root, config())
    (broken.path / "status.json").write_text("{")
    problems = {entry.run: entry.problem for entry in runs(root)}
    assert "status.json" in problems.pop(broken)
    assert list(problems.values()) == [""]


def test_no_folder_no_runs(tmp_path: Path) -> None:
    """Before the first run there is nothing to list."""
    assert runs(tmp_path / "runs") == []


def test_deleted(run: Run) -> None:
    """A deleted run is gone."""
    run.delete()
    assert not run.path.exists()


def test_leftovers_of_a_killed_worker_are_removed(run: Run) -> None:
    """Half-written weights take no space for ever."""
    half = run.path / ".last.safetensors.x1y2"
    half.write_bytes(b"half")
    with run.working():
        assert not half.exists()
