"""One's own data and one's own networks: what the README promises, and what is refused in words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.training.tiny import BACKBONE, SHAPE, VAE, config, dataset
from vae import models, training
from vae.config import CvaeConfig, TrainConfig
from vae.errors import CheckpointError, ConfigError
from vae.export.layers import read_weights
from vae.jobs import Run

README = Path(__file__).parents[2] / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: str(EXAMPLES.index(text)))
def test_the_examples_of_the_readme(
    example: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each runs as it stands, and says something."""
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert capsys.readouterr().out


def decoder() -> nn.Module:
    """A decoder of a program's own."""
    return nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 64), nn.Unflatten(1, SHAPE))


def test_an_own_network_learns() -> None:
    """Every weight of an own encoder and decoder is another one after some steps."""
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, 7), nn.Tanh())
    model = models.build(VAE, encoder=encoder, decoder=decoder())
    state = training.State.new(config(), dataset(), model)
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    for _ in range(3):
        training.advance(state)
    same = [n for n, weight in model.named_parameters() if bool((weight == before[n]).all())]
    assert same == []
    assert state.own == ("decoder", "encoder")


def test_an_own_network_of_a_conditional_model() -> None:
    """It is given the label as a second argument."""

    class Decoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Linear(2, 64)
            self.other = nn.Embedding(3, 64)

        def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = (self.one(z) + self.other(y)).view(-1, *SHAPE)
            return out

    settings = CvaeConfig(shape=SHAPE, backbone=BACKBONE, latent_dim=2, classes=3)
    model = models.build(settings, decoder=Decoder())
    state = training.State.new(config(settings), dataset(), model)
    assert training.advance(state).loss.isfinite()


def test_an_exchanged_part_is_noticed() -> None:
    """A decoder that was put in after the training was set up would never learn: a sentence says so."""
    state = training.State.new(config(), dataset())
    state.model.decoder = models.build(VAE, decoder=decoder()).decoder
    with pytest.raises(ConfigError, match=r"decoder\.network.* would never learn.*State\.new"):
        next(training.train(state))
    with pytest.raises(ConfigError, match="never learn"):
        training.advance(state)


def test_an_own_network_is_saved_and_loaded(tmp_path: Path) -> None:
    """Into a model that has it everything comes back; without one a sentence says what is needed."""
    state = training.State.new(config(), dataset(), models.build(VAE, decoder=decoder()))
    training.save_model(f"{tmp_path}/model.safetensors", state)
    training.save_state(f"{tmp_path}/state.safetensors", state)
    with pytest.raises(CheckpointError, match=r"decoder of the model .* program's own"):
        training.load_model(f"{tmp_path}/model.safetensors")
    with pytest.raises(CheckpointError, match=r"decoder of the model .* program's own"):
        training.load_state(f"{tmp_path}/state.safetensors", dataset())
    with pytest.raises(CheckpointError, match="program's own"):
        read_weights(tmp_path / "model.safetensors")  # as the browser's pages do
    found = training.load_model(
        f"{tmp_path}/model.safetensors", model=models.build(VAE, decoder=decoder())
    )
    z = torch.zeros(1, 2)
    torch.testing.assert_close(found.model.decode(z).mean, state.model.decode(z).mean)


def test_an_own_network_resumes_exactly(tmp_path: Path) -> None:
    """Four steps are two, a file, and two more."""
    torch.manual_seed(1)
    whole = training.State.new(config(), dataset(), models.build(VAE, decoder=decoder()))
    for _ in range(2):
        training.advance(whole)
    training.save_state(tmp_path / "half.safetensors", whole)
    half = training.load_state(
        tmp_path / "half.safetensors", dataset(), models.build(VAE, decoder=decoder())
    )
    for state in (whole, half):
        for _ in range(2):
            training.advance(state)
    assert torch.equal(
        nn.utils.parameters_to_vector(whole.model.parameters()),
        nn.utils.parameters_to_vector(half.model.parameters()),
    )


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"decoder": nn.Linear(2, 64)}, r"Unflatten\(1, \(1, 8, 8\)\)"),
        ({"decoder": nn.Linear(5, 64)}, "does not take z"),
        ({"encoder": nn.Identity()}, r"Flatten\(\)"),
        ({"encoder": nn.Linear(5, 64)}, "does not take x"),
    ],
)
def test_a_network_that_does_not_fit(parts: dict[str, nn.Module], said: str) -> None:
    """It is tried when the model is built, and the sentence says what is needed."""
    with pytest.raises(ConfigError, match=said):
        models.build(VAE, **parts)


def test_a_model_of_other_settings() -> None:
    """A training refuses a model that was built with other settings than its own."""
    with pytest.raises(ConfigError, match="other settings"):
        training.State.new(config(), dataset(), models.build(VAE.replace(latent_dim=3)))


def test_what_ships_is_described_by_its_settings() -> None:
    """A model without own parts has none, whatever its kind."""
    assert models.own_parts(models.build(VAE)) == ()
    assert models.own_parts(models.build(VAE, decoder=decoder())) == ("decoder",)


def test_a_model_by_its_kind() -> None:
    """A kind alone is built with the usual settings; what is no kind is a sentence, not None."""
    assert isinstance(models.build("vae"), models.VAE)
    with pytest.raises(ConfigError, match="no kind 'vea'"):
        models.build("vea")


@pytest.mark.parametrize(
    "call", ["models.build(3)", "objectives.build('elbo', models.build('vae'))"]
)
def test_what_is_no_settings(call: str) -> None:
    """Where no checker of types stands before it, as in a program of anyone's, it is a sentence too."""
    code = f"from vae import models, objectives; {call}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ConfigError" in ran.stderr
    assert "is built from its settings" in ran.stderr


def test_paths_may_be_text(tmp_path: Path) -> None:
    """Runs and checkpoints are found by a path given as text."""
    run = Run.create(f"{tmp_path}/run", config().replace(train=TrainConfig(epochs=1)))
    assert Run.open(f"{tmp_path}/run") == run
    with pytest.raises(CheckpointError, match="no weights yet"):
        training.load_model(f"{tmp_path}/run")
