"""The engine: its events, its schedule, what stops it."""

import math
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from tests.training import tiny
from vae.config import DataConfig, MlpConfig, RunConfig, TrainConfig, VaeConfig
from vae.data import load
from vae.errors import DataError, DeviceError
from vae.events import Diverged, Done, Epoch, Event, Step, parse
from vae.training import State, advance, choose, train


def test_events_of_a_short_run() -> None:
    """Four epochs of three steps: a step event at least an epoch, an epoch event each, then done."""
    events = list(train(State.new(tiny.config(), tiny.dataset()), tiny.dataset(6)))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == [1, 2, 3, 4]
    assert [event.step for event in epochs] == [3, 6, 9, 12]
    assert isinstance(events[-1], Done)
    assert sum(isinstance(event, Done) for event in events) == 1


def test_epoch_is_the_mean_of_its_steps() -> None:
    """With an event a step, an epoch's terms are the mean of its steps'."""
    events = list(train(State.new(tiny.config(), tiny.dataset()), every=0))[:4]
    *steps, epoch = events
    assert isinstance(epoch, Epoch)
    for name in ("loss", "recon", "kl"):
        mean = sum(step.terms[name] for step in steps if isinstance(step, Step)) / 3
        assert epoch.train[name] == pytest.approx(mean, rel=1e-5)


def test_held_out_numbers_add_up() -> None:
    """On held-out images loss = recon + kl for the ELBO, and kl is the sum over units."""
    events = list(train(State.new(tiny.config(), tiny.dataset()), tiny.dataset(6)))
    epoch = next(event for event in events if isinstance(event, Epoch))
    found = epoch.held_out
    assert found["loss"] == pytest.approx(found["recon"] + found["kl"], rel=1e-5)
    assert found["kl"] == pytest.approx(sum(epoch.kl_per_unit), rel=1e-5)


def test_epoch_says_how_far_codes_go() -> None:
    """99 % of a plain autoencoder's held-out codes lie in the range that its last epoch names."""
    grey = DataConfig(name="folder", path=Path("nowhere"), size=8, pixels="grey")
    state = State.new(tiny.config(tiny.MODELS["autoencoder"], data=grey), tiny.dataset())
    held_out = tiny.dataset(6)
    *_, epoch, _done = train(state, held_out)
    assert isinstance(epoch, Epoch)
    x = held_out.images.take(torch.arange(6)).float() / 255
    codes = state.model.encode(x).mu.detach().numpy()
    ends = np.quantile(codes, (0.005, 0.995), axis=0)
    np.testing.assert_allclose(epoch.posterior_range, ends.T, rtol=1e-5)


def test_watching_changes_nothing() -> None:
    """Held-out measurements draw no noise from the training."""
    watched, alone = (State.new(tiny.config(), tiny.dataset()) for _ in range(2))
    list(train(watched, tiny.dataset(6)))
    list(train(alone))
    for ours, theirs in zip(watched.model.parameters(), alone.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_events_are_lines_of_json() -> None:
    """Every event survives the trip through a file."""
    for event in train(State.new(tiny.config(), tiny.dataset()), tiny.dataset(6)):
        assert parse(event.model_dump_json()) == event
        assert isinstance(event, get_args(get_args(Event)[0]))


def test_nan_stops_the_run() -> None:
    """A NaN ends the training at once, with its cause and a remedy."""
    state = State.new(tiny.config(), tiny.dataset())
    with torch.no_grad():
        next(state.model.parameters()).fill_(math.nan)
    events = list(train(state, every=0))
    assert [event.kind for event in events] == ["diverged"]
    assert isinstance(events[0], Diverged)
    assert "nan" in events[0].cause
    assert "smaller learning rate" in events[0].cause


def test_cosine_schedule() -> None:
    """The rate begins whole, is half at half time, and ends at nothing; so does any other group's."""
    settings = tiny.config(objective={"kind": "factor", "width": 8, "learning_rate": 1e-3})
    train_ = settings.train.replace(schedule="cosine")
    state = State.new(settings.replace(train=train_.model_dump()), tiny.dataset())
    for step, factor in [(0, 1.0), (6, 0.5), (12, 0.0)]:
        state.step = step
        state.prepare_step()
        rates = [group["lr"] for group in state.optimizer.param_groups]
        assert rates == pytest.approx([1e-2 * factor, 1e-3 * factor])


def test_constant_schedule() -> None:
    """Without a schedule the rate stays as it was set."""
    state = State.new(tiny.config(), tiny.dataset())
    for _ in range(4):
        advance(state)
    assert state.optimizer.param_groups[0]["lr"] == 1e-2


def test_discriminator_has_its_own_optimiser_settings() -> None:
    """FactorVAE's discriminator is trained at its own rate, with the paper's betas."""
    settings = tiny.config(objective={"kind": "factor", "width": 8, "learning_rate": 1e-3})
    model, discriminator = State.new(settings, tiny.dataset()).optimizer.param_groups
    assert (model["lr"], model["betas"]) == (1e-2, (0.9, 0.999))
    assert (discriminator["lr"], discriminator["betas"]) == (1e-3, (0.5, 0.9))


def test_digits_are_learned() -> None:
    """A hundred steps on real digits, from their mean image, win over forty nats an image."""
    config = RunConfig(
        data=DataConfig(name="embedded"),
        model=VaeConfig(backbone=MlpConfig(hidden=(64,)), latent_dim=8),
        train=TrainConfig(epochs=4, batch_size=180, learning_rate=3e-3, device="cpu"),
    )
    state = State.new(config, load(config.data, "train"))
    epochs = [e for e in train(state, load(config.data, "test")) if isinstance(e, Epoch)]
    assert epochs[0].train["loss"] < 215
    assert epochs[-1].held_out["loss"] < epochs[0].train["loss"] - 40


def test_training_starts_from_the_mean_image() -> None:
    """Before the first step a picture is already as grey as the data on average."""
    data = tiny.dataset()
    state = State.new(tiny.config(), data)
    mean = data.images.take(torch.arange(len(data))).float().mean() / 255
    start = state.model.decode(torch.zeros(1, 2)).mean.mean()
    assert start.item() == pytest.approx(mean.item(), abs=0.05)


def test_bfloat16_keeps_weights_and_losses_in_float32() -> None:
    """Only matrix products take the short type."""
    settings = tiny.config()
    short = settings.replace(train=settings.train.replace(precision="bfloat16").model_dump())
    state = State.new(short, tiny.dataset())
    terms = advance(state)
    assert terms.loss.dtype == torch.float32
    assert terms.loss.isfinite()
    assert all(p.dtype == torch.float32 for p in state.model.parameters())


def test_device_that_is_not_there() -> None:
    """A device of another machine is refused with those that there are."""
    with pytest.raises(DeviceError, match="Use one of: auto"):
        choose(TrainConfig(device="cuda:63"))


@pytest.mark.parametrize(
    ("able", "hardware"),
    [({}, "cpu, float32"), ({"avx512_bf16": True}, "cpu, bfloat16")],
    ids=["older", "newer"],
)
def test_automatic_precision_of_a_cpu(
    able: dict[str, bool], hardware: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bfloat16 where the processor has an instruction for it; what is asked for is taken anyway."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert str(choose(TrainConfig(device="cpu"))) == hardware
    assert str(choose(TrainConfig(device="cpu", precision="float32"))) == "cpu, float32"


def test_images_of_another_shape() -> None:
    """Data that the model cannot take is refused before anything is built."""
    with pytest.raises(DataError, match="the model takes"):
        State.new(tiny.config(), tiny.dataset(shape=(1, 12, 12)))


def test_conditional_model_needs_labels() -> None:
    """Without labels there is nothing to condition on."""
    with pytest.raises(DataError, match="no labels"):
        State.new(tiny.config(tiny.MODELS["cvae"]), tiny.dataset(labels=False))


def test_more_classes_than_the_model_knows() -> None:
    """Another number of classes than the data has is refused, with what to do."""
    two = tiny.MODELS["cvae"].replace(classes=2)
    with pytest.raises(DataError, match="Drop model"):
        State.new(tiny.config(two), tiny.dataset())
