"""A training that is left and taken up again is the training that was never left."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training import tiny
from vae.config import ObjectiveConfig, RunConfig
from vae.errors import CheckpointError, DataError
from vae.events import Done
from vae.training import State, advance, load_state, save_model, save_state, train


def everything(state: State) -> dict[str, Tensor]:
    """All the numbers that a state is made of."""
    moments = state.optimizer.state_dict()["state"]
    return {
        **{f"model.{k}": v for k, v in state.model.state_dict().items()},
        **{f"objective.{k}": v for k, v in state.objective.state_dict().items()},
        **{f"batches.{k}": v for k, v in state.batches.state().items()},
        **{f"moments.{i}.{k}": v for i, parts in moments.items() for k, v in parts.items()},
        "noise": state.noise.get_state(),
        "step": torch.tensor(state.step),
    }


def assert_same(one: State, other: State) -> None:
    """Equal to the last bit."""
    ours, theirs = everything(one), everything(other)
    assert ours.keys() == theirs.keys()
    differing = [name for name in ours if not torch.equal(ours[name], theirs[name])]
    assert not differing


def check_resumes(settings: RunConfig, path: Path) -> None:
    """Ten steps equal five, a file, and five more."""
    data = tiny.dataset()
    straight, broken = State.new(settings, data), State.new(settings, data)
    tiny.advanced(straight, 10)
    save_state(path, tiny.advanced(broken, 5))
    resumed = load_state(path, data)
    assert_same(broken, resumed)
    assert_same(straight, tiny.advanced(resumed, 5))


@pytest.mark.parametrize("objective", tiny.OBJECTIVES, ids=lambda config: config.kind)
def test_every_objective_resumes_exactly(objective: ObjectiveConfig, tmp_path: Path) -> None:
    """Whatever is asked of the model, its training can be left at any step."""
    check_resumes(tiny.config(objective=objective), tmp_path / "last.safetensors")


@pytest.mark.parametrize("kind", tiny.MODELS)
def test_every_model_resumes_exactly(kind: str, tmp_path: Path) -> None:
    """Whatever the model is, its training can be left at any step."""
    check_resumes(tiny.config(tiny.MODELS[kind]), tmp_path / "last.safetensors")


@pytest.mark.parametrize("pixels", ["dynamic", "fixed", "grey"])
def test_every_kind_of_pixels_resumes_exactly(pixels: str, tmp_path: Path) -> None:
    """The binarisation's noise goes on where it was, too."""
    settings = tiny.config()
    data = settings.data.replace(pixels=pixels)
    check_resumes(settings.replace(data=data.model_dump()), tmp_path / "last.safetensors")


def test_schedule_resumes_exactly(tmp_path: Path) -> None:
    """A falling learning rate goes on from where it was."""
    settings = tiny.config()
    train_ = settings.train.replace(schedule="cosine")
    check_resumes(settings.replace(train=train_.model_dump()), tmp_path / "last.safetensors")


def test_state_is_whole_between_any_two_events(tmp_path: Path) -> None:
    """Left after the fifth event and resumed, `train` ends where it would have ended."""
    data, path = tiny.dataset(), tmp_path / "last.safetensors"
    straight, broken = (State.new(tiny.config(), data) for _ in range(2))
    list(train(straight))
    for _, _event in zip(range(5), train(broken, every=0), strict=False):
        save_state(path, broken)
    resumed = load_state(path, data)
    assert isinstance(list(train(resumed))[-1], Done)
    assert_same(straight, resumed)


def test_same_seed_same_run() -> None:
    """Settings and data determine every weight."""
    runs = [State.new(tiny.config(), tiny.dataset()) for _ in range(2)]
    for state in runs:
        torch.rand(7)  # what others draw is no matter
        list(train(state))
    assert_same(*runs)


def test_another_seed_another_run() -> None:
    """Weights, order and noise all depend on the seed."""
    settings = tiny.config()
    other = settings.replace(train=settings.train.replace(seed=1).model_dump())
    one, two = (State.new(each, tiny.dataset()) for each in (settings, other))
    assert not torch.equal(next(one.model.parameters()), next(two.model.parameters()))
    assert not torch.equal(one.batches.next().x, two.batches.next().x)
    assert not torch.equal(one.noise.get_state(), two.noise.get_state())


def test_global_generator_is_left_alone() -> None:
    """Building and training draw nothing from torch's own generator."""
    before = torch.random.get_rng_state()
    advance(State.new(tiny.config(), tiny.dataset()))
    assert torch.equal(before, torch.random.get_rng_state())


def test_model_file_cannot_be_resumed(tmp_path: Path) -> None:
    """Weights alone are not a training, and the message says where one is."""
    path = tmp_path / "model.safetensors"
    save_model(path, State.new(tiny.config(), tiny.dataset()))
    with pytest.raises(CheckpointError, match=r"Resume from last\.safetensors"):
        load_state(path, tiny.dataset())


def test_resuming_needs_the_same_data(tmp_path: Path) -> None:
    """Fewer images would shift every batch, so they are refused."""
    path = tmp_path / "last.safetensors"
    save_state(path, State.new(tiny.config(), tiny.dataset()))
    with pytest.raises(DataError, match="24 images"):
        load_state(path, tiny.dataset(16))
