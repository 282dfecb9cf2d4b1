"""Train, without a browser and without a process that trains."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.data.made_up import plain
from tests.ui import tiny
from ui import cached, frame, naming, state
from ui.door import paths
from ui.train import levers, outlook, settings
from ui.train.outlook import Estimate
from ui.train.presets import PRESETS, Preset
from vae import compiler, jobs
from vae.config import RunConfig
from vae.errors import RunError
from vae.jobs import Run, Status, queue

Open = Callable[..., AppTest]
LEVERS = {"pace": levers.FULL, "frozen": "none"}
"""Where they stand at first."""


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that would have been given a process."""
    runs: list[Run] = []
    ready: Future[Estimate] = Future()
    ready.set_result(Estimate(seconds=0.01, memory=2**20))

    def start(run: Run) -> None:
        runs.append(run)
        run.write_status(run.read_status().model_copy(update={"state": "stopped"}))

    monkeypatch.setattr(queue, "start", start)
    monkeypatch.setattr(jobs, "keep_ready", lambda: None)
    monkeypatch.setattr(outlook, "_ask", lambda config: ready)
    monkeypatch.setenv("VAE_STEER", "everyone")
    cached.load_torch()  # nothing is waited for
    return runs


def _setting(page: AppTest, path: str) -> object:
    return page.get_by_key(f"setting {path}")


def _start(page: AppTest) -> AppTest:
    return next(b for b in page.button if b.label == "Start training").click().run()


def _labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_starts_what_it_says(app: Open, started: list[Run], preset: Preset) -> None:
    """Start submits exactly the preset's settings, and shows the new run."""
    page = app("train")
    page.selectbox(key="preset picker").select(preset.name).run()
    _start(page)
    assert not page.exception
    assert [run.config for run in started] == [preset.config]
    assert page.query_params["run"] == started[0].name


def test_what_is_chosen_is_submitted(app: Open, started: list[Run]) -> None:
    """Every kind of widget reaches the settings."""
    page = app("train")
    page.selectbox(key="setting model.backbone.kind").select("conv").run()
    page.text_input(key="setting model.backbone.channels").set_value("4, 8")
    page.number_input(key="setting model.latent_dim").set_value(5)
    page.number_input(key="setting objective.beta").set_value(4.0)
    page.number_input(key="setting train.learning_rate").set_value(0.0005)
    page.number_input(key="setting data.limit").set_value(100)
    page.selectbox(key="setting model.likelihood.kind").select("gaussian").run()
    page.toggle(key="setting model.likelihood.learn_scale").set_value(True)
    page.selectbox(key="setting train.schedule").select("cosine").run()
    _start(page)
    config = started[0].config
    assert (
        config.model.model_dump()
        == tiny.config(
            {
                "kind": "vae",
                "latent_dim": 5,
                "backbone": {"kind": "conv", "channels": (4, 8)},
                "likelihood": {"kind": "gaussian", "learn_scale": True},
            }
        ).model.model_dump()
    )
    assert config.objective.model_dump()["beta"] == 4
    assert config.train.learning_rate == 0.0005
    assert config.train.schedule == "cosine"
    assert config.data.limit == 100


def test_settings_that_do_not_fit_are_a_sentence(app: Open, started: list[Run]) -> None:
    """Nothing starts, and the page says what to change."""
    page = app("train")
    page.text_input(key="setting model.backbone.hidden").set_value("many")
    _start(page)
    assert "whole numbers" in page.error[0].value
    assert not page.exception
    assert started == []


def test_a_changed_model_brings_its_own_options(app: Open) -> None:
    """A ladder asks for its layers, an autoencoder for no beta."""
    page = app("train")
    page.selectbox(key="setting model.kind").select("ladder").run()
    assert page.text_input(key="setting model.latent_dims").value == "12, 4"
    page.selectbox(key="setting model.kind").select("autoencoder").run()
    assert "setting objective.beta" not in {each.key for each in page.number_input}
    assert not page.exception


def test_missing_data_is_told_and_offered(app: Open) -> None:
    """Without MNIST the embedded digits are named, with a button for the full set."""
    page = app("train")
    page.selectbox(key="setting data.name").select("mnist").run()
    assert any("5,000 embedded digits" in caption.value for caption in page.caption)
    assert "Download MNIST" in _labels(page)
    page.selectbox(key="setting data.name").select("embedded").run()
    assert "Download MNIST" not in _labels(page)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("stopped", {"Resume", "Rewind"}),
        ("failed", {"Try again", "Rewind"}),
        ("done", {"Train 20 more epochs", "Rewind"}),
        ("diverged", {"Train again with learning rate 0.0001", "Rewind"}),
        ("running", {"Resume", "Rewind"}),
    ],
)
def test_each_state_offers_what_can_be_done(app: Open, state: str, buttons: set[str]) -> None:
    """The buttons fit the state; a training whose process is gone can be resumed."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    status = {"state": state, "cause": "For this reason."}
    (run.path / "status.json").write_text(json.dumps(status), encoding="utf-8")
    page = app("train")
    assert not page.exception
    assert _labels(page) - {"Start training"} == buttons
    told = [error.value for error in page.error]
    assert bool(told) == (state != "stopped")  # a done one has a cause where it could not go on
    assert [link.value for link in page.page_link] == ["Open in Explore"]


def test_a_parked_pause_is_a_pause(app: Open, started: list[Run]) -> None:
    """Without a worker it is shown as paused, nothing is said of an interruption, and Resume goes on."""
    run = jobs.new_run(jobs.root(), tiny.config(), "stopped")
    run.ask("pause")
    run.write_status(Status(state="paused", step=4, epoch=1, total_steps=8))
    page = app("train", run=run.name)
    assert not page.error
    assert {"Resume", "Step", "Stop"} <= _labels(page)
    next(button for button in page.button if button.label == "Resume").click().run()
    assert (started, run.wish) == ([run], "run")


def _refuse(*asked: object) -> None:
    raise RunError("The disk is full: it could not be saved.")


@pytest.mark.parametrize(("name", "value"), [("set_pace", 3.0), ("steer", "encoder")])
def test_a_lever_that_cannot_be_moved_is_a_sentence(
    app: Open, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """What goes wrong while a hand moves a lever is said on the page, beside the training."""
    run = jobs.new_run(jobs.root(), tiny.config(), "stopped")
    run.ask("pause")
    run.write_status(Status(state="paused", step=4, epoch=1, total_steps=8))
    page = app("train", run=run.name)
    page.toggle(key="levers").set_value(True).run()
    monkeypatch.setattr(jobs, name, _refuse)
    lever = "pace" if name == "set_pace" else "frozen"
    page.selectbox(key=state.lever(run.name, lever, LEVERS[lever])).set_value(value).run()
    assert not page.exception
    assert [error.value for error in page.error] == ["The disk is full: it could not be saved."]


def test_a_diverged_training_starts_anew_with_a_smaller_rate(app: Open, started: list[Run]) -> None:
    """The button that mends it submits the same settings with a tenth of the rate."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    (run.path / "status.json").write_text('{"state": "diverged", "cause": "NaN"}')
    page = app("train")
    next(b for b in page.button if b.label.startswith("Train again")).click().run()
    assert started[0].config.train.learning_rate == pytest.approx(1e-4)
    assert page.query_params["run"] == started[0].name


def test_waiting_trainings_say_their_place(app: Open, started: list[Run]) -> None:
    """The list has the newest first, each with its state."""
    training = tiny.stopped_run(jobs.root(), tiny.config())
    training.write_status(training.status.model_copy(update={"state": "running"}))
    with training.working():
        jobs.submit(tiny.config({"latent_dim": 2}), jobs.root())
        jobs.submit(tiny.config({"latent_dim": 4}), jobs.root())
        page = app("train")
    titles = page.radio[0].options
    assert [title[:6] for title in titles] == ["VAE z4", "VAE z2", "VAE z3"]
    captions = list(page.radio[0].proto.captions)
    assert captions == [
        "Waiting: number 2 in the queue",
        "Waiting: number 1 in the queue",
        "Training: epoch 0.0 of 20",
    ]
    assert started == []


def test_a_row_falls_alone(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two trainings one cannot be named: it bears its folder's name, and the other its title."""
    runs = [tiny.stopped_run(jobs.root(), tiny.config({"latent_dim": dim})) for dim in (2, 4)]
    describe = naming.describe

    def falling(config: RunConfig, *, data: str = "") -> str:
        assert config.model.latent_dim != 4
        return describe(config, data=data)

    monkeypatch.setattr(naming, "describe", falling)
    page = app("train", run=runs[0].name)
    assert not page.exception
    assert not page.error
    assert [title[:6] for title in page.radio[0].options] == [
        frame.as_plain_text(runs[1].name)[:6],
        "VAE z2",
    ]


def test_a_look_keeps_the_queue_going(app: Open, started: list[Run]) -> None:
    """A run that waits while nothing trains is started by whoever opens the page."""
    run = jobs.new_run(jobs.root(), tiny.config())
    app("train")
    assert started == [run]


def test_broken_runs_do_not_break_the_page(app: Open) -> None:
    """A run with edited settings is in the list; picked, it says what is wrong."""
    good = tiny.stopped_run(jobs.root(), tiny.config())
    bad = tiny.stopped_run(jobs.root(), tiny.config())
    (bad.path / "config.json").write_text('{"data": 3', encoding="utf-8")
    page = app("train", run=bad.name)
    assert not page.exception
    assert "damaged or edited by hand" in page.error[0].value
    page.radio[0].set_value(good.name).run()
    assert not page.error


def test_an_unknown_run_gives_way(app: Open) -> None:
    """The page says so and shows the newest."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    page = app("train", run="../../etc/passwd")
    assert "There is no training called" in page.warning[0].value
    assert page.query_params["run"] == run.name


def test_the_form_keeps_what_was_set(app: Open) -> None:
    """Back from Explore, the form is as it was left."""
    page = app("train")
    page.number_input(key="setting train.epochs").set_value(7).run()
    page.switch_page("../pages/explore.py").run()
    page.switch_page("../pages/train.py").run()
    assert page.number_input(key="setting train.epochs").value == 7


def test_presets_fill_only_what_the_form_has() -> None:
    """Every setting of a preset has a widget, or follows from another one."""
    for preset in PRESETS:
        values = settings.flatten(preset.config)
        shown = {o.path for s in settings.SECTIONS for o in settings.options(s, values)}
        assert set(values) - shown <= {
            "model.shape",
            "model.classes",
            "model.names",
            "data.hold_out",
            "data.image_shape",
            "data.path",
            "data.size",
            "data.channels",
            "train.changes",
        }


def test_who_did_not_start_it_watches(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another machine a training is seen, with a word on who steers it, and no button for it."""
    monkeypatch.setenv("VAE_STEER", "starter")
    tiny.stopped_run(jobs.root(), tiny.config())
    page = app("train")
    assert _labels(page) == {"Start training"}
    assert any("You watch this training" in caption.value for caption in page.caption)


def test_rewind_begins_again(app: Open, started: list[Run]) -> None:
    """The same settings and seed, without what was changed in mid-run."""
    settings_ = tiny.config()
    changed = settings_.train.replace(changes=({"step": 3, "weight": 2.0},))
    tiny.stopped_run(jobs.root(), settings_.replace(train=changed))
    page = app("train")
    next(b for b in page.button if b.label == "Rewind").click().run()
    assert [run.config for run in started] == [settings_]


def test_the_estimate_is_told(app: Open) -> None:
    """60 epochs of 70 batches, a hundredth of a second each."""
    page = app("train")
    assert any(caption.value.startswith("About 42 s on this machine") for caption in page.caption)


@pytest.mark.parametrize(("worth", "less"), [(4200, True), (4201, False)])
def test_a_long_training_will_take_less(
    app: Open, monkeypatch: pytest.MonkeyPatch, worth: int, less: bool
) -> None:
    """The steps that were measured were not compiled; those of a long training will be."""
    monkeypatch.setattr(compiler, "compiler", lambda: "g++")
    monkeypatch.setattr(compiler, "WORTH", worth)
    (told,) = (each.value for each in app("train").caption if each.value.startswith("About 42 s"))
    assert ("less with its steps compiled" in told) == less


def test_a_training_without_end_is_refused(app: Open, started: list[Run]) -> None:
    """The estimate is in the sentence, and nothing starts."""
    page = app("train")
    page.number_input(key="setting train.epochs").set_value(100_000)
    page.number_input(key="setting train.batch_size").set_value(1).run()
    _start(page)
    assert "would take about 1250 h" in page.error[0].value
    assert started == []


HALF_FILLED = {
    "no path": {"data.name": "folder"},
    "a path of blanks": {"data.name": "folder", "data.path": "  "},
    "a path that is not there": {"data.name": "folder", "data.path": "/no/such/place"},
    "a path with a zero": {"data.name": "folder", "data.path": "pictures\0"},
    "a path without end": {"data.name": "folder", "data.path": "x" * 5000},
    "a side that does not fit": {"data.name": "folder", "data.size": 30},
    "three colours, a side that does not fit": {
        "data.name": "folder",
        "data.channels": 3,
        "data.size": 127,
    },
    "IDX files that are not there": {"data.name": "mnist", "data.path": "/no/such/place"},
    "empty layers": {"model.backbone.hidden": ""},
    "a layer that is no number": {"model.backbone.hidden": "400,,x"},
    "a layer of none": {"model.backbone.hidden": "0"},
    "a layer of very many": {"model.backbone.hidden": "9" * 5000},
    "a device that is none": {"train.device": "gpu"},
    "layers of a ladder that do not fit": {"model.kind": "ladder", "model.latent_dims": "12,"},
    "channels for one picture": {"model.backbone.kind": "conv", "model.backbone.channels": "8,,"},
    "more channels than the picture halves": {
        "model.backbone.kind": "conv",
        "model.backbone.channels": "8, 8, 8, 8, 8, 8, 8",
    },
    "warm-up that is empty": {"objective.warmup_steps": None},
    "a seed of a whole browser": {"train.seed": 2**53 - 1},
    "no images": {"data.limit": None},
    "fewer images than a batch": {"data.limit": 1},
}


@pytest.mark.parametrize("press", [False, True], ids=["looked at", "started"])
@pytest.mark.parametrize("filled", HALF_FILLED.values(), ids=list(HALF_FILLED))
def test_a_half_filled_form_stays_a_form(
    app: Open, started: list[Run], filled: dict[str, object], press: bool
) -> None:
    """Whatever its fields hold, with torch loaded: at most one sentence, and never that we failed."""
    page = app("train")
    for path, value in filled.items():
        page.session_state[f"setting {path}"] = value
    page.run()
    if press:
        _start(page)
    assert not page.exception
    said = [error.value for error in page.error]
    assert len(said) <= 1
    assert all(frame.OURS not in sentence and len(sentence) < 800 for sentence in said)
    assert "Start training" in _labels(page)


def test_own_images_are_asked_for_before_they_are_missed(
    app: Open, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choosing them says where to give them; only Start without them is a mistake."""
    monkeypatch.setattr(paths, "at_machine", lambda: True)
    page = app("train")
    page.selectbox(key="setting data.name").select("folder").run()
    assert not page.error
    assert any("under Advanced, Data" in caption.value for caption in page.caption)
    _start(page)
    assert "needs a path" in page.error[0].value
    assert started == []


def test_a_path_from_elsewhere_starts_nothing(
    app: Open, started: list[Run], tmp_path: Path
) -> None:
    """Who is not at the machine is told so before and after Start, whatever path they name."""
    page = app("train")
    for path in (tmp_path, tmp_path / "nowhere"):
        page.session_state["setting data.name"] = "folder"
        page.session_state["setting data.path"] = str(path)
        page.run()
        assert any("only at the machine itself" in caption.value for caption in page.caption)
        _start(page)
        assert [error.value for error in page.error] == [paths.REFUSED]
    assert started == []


def test_what_was_understood_of_a_folder_is_listed(
    app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a training the form lists classes, and what is left out."""
    monkeypatch.setattr(paths, "at_machine", lambda: True)
    for name in ("a/1.png", "a/2.png", "b/1.png", "b/2.png", "stray.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(plain())
    page = app("train")
    page.session_state["setting data.name"] = "folder"
    page.session_state["setting data.path"] = str(tmp_path)
    page.run()
    said = "".join(caption.value for caption in page.caption)
    assert "\n- 2 classes: a" in said
    assert "left out: stray.png" in said
