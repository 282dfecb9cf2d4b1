"""Maps in the making, in their own processes."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.jobs.conftest import wait
from tests.projection.made_up import groups
from vae.errors import RunError
from vae.jobs import map_worker, mapping
from vae.jobs.map_worker import work
from vae.jobs.mapping import ALIVE, MapJob, Status
from vae.projection import Settings
from vae.projection.quality import knn_accuracy

pytestmark = pytest.mark.timeout(900)  # processes, on a machine that may be slow and busy
LONG = Settings(method="tsne", perplexity=30)
QUICK = Settings(method="pca")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own, whose processes are killed in the end."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path))
    yield tmp_path
    for file in tmp_path.glob("maps/*/worker.pid"):
        with suppress(psutil.Error, ValueError):
            process = psutil.Process(int(file.read_text()))
            if "map_worker" in " ".join(process.cmdline()):
                process.kill()


def test_content_names_the_folder() -> None:
    """The same codes and settings lead to the same folder, others to another."""
    codes = groups(60).mu
    job = MapJob.of(codes, [LONG])
    assert job == MapJob.of(codes.copy(), [LONG])
    assert job != MapJob.of((codes + 1e-3).astype(np.float32), [LONG])
    assert job != MapJob.of(codes, [LONG.model_copy(update={"seed": 1})])
    assert job != MapJob.of(codes, [LONG, LONG])
    assert job.status.state == "new"
    assert job.places() is None


def test_watched_paused_resumed_and_stopped() -> None:
    """A map is seen while it forms; it stands still while paused; a stop keeps what there is.

    It is asked to pause before it can have begun, and it is one of two: none is over too soon.
    """
    codes, wanted = groups(1900, units=8).mu, [LONG, LONG.model_copy(update={"seed": 1})]
    job = MapJob.of(codes, wanted)
    job.start(codes, wanted)
    assert job.status.state == "running"
    job.ask("pause")
    wait(lambda: job.status.state == "paused")
    assert job.alive
    places, step = job.places(), job.status.step
    assert places is not None
    assert places.shape == (1900, 2)
    job.ask("run")
    wait(lambda: job.status.step > step)
    later = job.places()
    assert later is not None
    assert not np.array_equal(later, places)
    job.ask("stop")
    wait(lambda: job.status.state == "stopped")
    wait(lambda: not job.alive)
    assert job.places() is not None


def test_a_process_that_has_only_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has no command line yet counts, and who starts the map as well starts no other."""
    codes, started = groups(50).mu, list[str]()
    job = MapJob.of(codes, [QUICK])

    def spawn(job: MapJob) -> None:
        started.append(threading.current_thread().name)
        (job.path / "worker.pid").write_text(str(os.getpid()))

    monkeypatch.setattr(MapJob, "_spawn", spawn)
    monkeypatch.setattr(psutil.Process, "cmdline", lambda _: [])
    threads = [threading.Thread(target=job.start, args=(codes, [QUICK])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    assert job.status.state == "running"


def test_a_process_that_is_killed() -> None:
    """It is said, and the map can be made anew."""
    codes = groups(1900, units=8).mu
    job = MapJob.of(codes, [LONG])
    job.start(codes, [LONG])
    job.ask("pause")  # or it might be done before it is killed
    wait(lambda: job.status.state == "paused")
    psutil.Process(int((job.path / "worker.pid").read_text())).kill()
    wait(lambda: job.status.state == "interrupted")
    assert "ended without a word" in job.status.cause
    quick = MapJob(job.path)
    quick.start(codes, [QUICK])
    wait(lambda: quick.status.state == "done")


def test_several_maps_of_the_same_codes() -> None:
    """One after the other, each in its place."""
    codes = groups(50).mu
    wanted = [QUICK, Settings(method="pca", dims=3)]
    job = MapJob.of(codes, wanted)
    (job.path).mkdir(parents=True)
    _write(job, codes, wanted)
    assert work(job).state == "done"
    shapes = [None if (found := job.places(n)) is None else found.shape for n in range(2)]
    assert shapes == [(50, 2), (50, 3)]


def test_what_was_made_is_not_made_again() -> None:
    """A start that finds it done changes nothing."""
    codes = groups(50).mu
    job = MapJob.of(codes, [QUICK])
    job.path.mkdir(parents=True)
    _write(job, codes, [QUICK])
    work(job)
    before = (job.path / "places-0.npy").stat().st_mtime_ns
    job.start(codes, [QUICK])
    assert job.status.state == "done"
    assert (job.path / "places-0.npy").stat().st_mtime_ns == before


def test_a_mistake_ends_in_the_status() -> None:
    """Codes of which no map can be made end as failed, with what to do."""
    codes = np.full((40, 2), np.nan, np.float32)
    job = MapJob.of(codes, [QUICK])
    job.path.mkdir(parents=True)
    _write(job, codes, [QUICK])
    ending = work(job)
    assert ending.state == "failed"
    assert "not finite" in ending.cause
    assert job.status == ending


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that chooses another is named."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "file"))
    codes = groups(50).mu
    with pytest.raises(RunError, match="VAE_CACHE"):
        MapJob.of(codes, [QUICK]).start(codes, [QUICK])


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """What was used longest ago goes, when there is too much."""
    codes = groups(50).mu
    old = MapJob.of(codes, [QUICK])
    old.path.mkdir(parents=True)
    _write(old, codes, [QUICK])
    work(old)
    monkeypatch.setattr(mapping, "LIMIT", 10)
    mapping._make_room(cache / "maps")
    assert not old.path.exists()


def test_what_is_being_made_stays_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """A map that a process works on is not removed, however full the cache is."""
    codes = groups(50).mu
    job = MapJob.of(codes, [QUICK])
    job.path.mkdir(parents=True)
    _write(job, codes, [QUICK])
    monkeypatch.setattr(mapping, "LIMIT", 10)
    with job.lock():
        mapping._make_room(cache / "maps")
    assert job.path.exists()


def test_so_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for more maps than may be made at once is told so, and no process begins."""
    codes = groups(50).mu
    monkeypatch.setattr(mapping, "MOST", 1)
    other, job = MapJob.of(codes, [LONG]), MapJob.of(codes, [QUICK])
    other.path.mkdir(parents=True)
    with other.lock():
        other.write_status(Status(state="running"))
        with pytest.raises(RunError, match="1 maps are being made"):
            job.start(codes, [QUICK])
    assert job.status.state == "new"


def test_a_forgotten_pause_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause that lasts gives the memory back, says why, and what there is of the map stays."""
    codes = groups(100).mu
    job = MapJob.of(codes, [LONG])
    job.path.mkdir(parents=True)
    _write(job, codes, [LONG])
    job.ask("pause")
    monkeypatch.setattr(map_worker, "PATIENCE_SECONDS", 0.0)
    assert work(job).state == "stopped"
    assert (job.status.cause, job.alive) == (map_worker.FORGOTTEN, False)
    assert job.places() is not None


def test_a_damaged_status_is_a_new_map() -> None:
    """What cannot be read is made anew."""
    job = MapJob.of(groups(50).mu, [QUICK])
    job.path.mkdir(parents=True)
    (job.path / "status.json").write_text("{torn")
    assert job.status.state == "new"


def test_umap() -> None:
    """It forms in its process, is watched, and keeps groups together."""
    points = groups(200)
    settings = Settings(method="umap", neighbours=10)
    job = MapJob.of(points.mu, [settings])
    job.start(points.mu, [settings])
    seen: set[int] = set()

    def ended() -> bool:
        seen.add(job.status.step)
        return job.status.state not in ALIVE

    wait(ended, 800)
    assert job.status.state == "done", job.status.cause
    places = job.places()
    assert places is not None
    assert points.labels is not None
    assert knn_accuracy(places, points.labels, 5) > 0.95


def _write(job: MapJob, codes: np.ndarray, settings: list[Settings]) -> None:
    """A request, without a process that works on it."""
    request = mapping.Request(settings=tuple(settings))
    np.save(job.path / "codes.npy", codes)
    (job.path / "request.json").write_text(request.model_dump_json())
    job.write_status(Status())
