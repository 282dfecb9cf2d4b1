"""Diagnose, without a browser."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.ui import tiny
from vae import jobs
from vae.events import Diverged, Epoch

Open = Callable[..., AppTest]


def _said(page: AppTest) -> str:
    assert not page.exception
    found = [each.value for each in [*page.subheader, *page.markdown, *page.caption]]
    return "\n".join(found)


def _collapsed() -> jobs.Run:
    """A recorded training whose units carry nothing."""
    run = tiny.stopped_run(jobs.root(), tiny.config(objective={"kind": "elbo", "beta": 100}))
    for epoch in range(1, 6):
        terms = {"loss": 206.0, "recon": 206.0, "kl": 0.002}
        run.append(
            Epoch(
                step=100 * epoch,
                epoch=epoch,
                train=terms,
                held_out=terms,
                kl_per_unit=[0.001, 0.001, 0],
            )
        )
    return run


def test_a_collapsed_run_is_named_and_mended(app: Open) -> None:
    """The name, the numbers behind it, and a click that opens Train with less beta."""
    run = _collapsed()
    page = app("diagnose", model=f"runs/{run.name}")
    said = _said(page)
    assert "Posterior collapse" in said
    assert "KL is 0.002 nats per image" in said
    assert "loss = recon + 100 · KL" in said
    page.button(key="mend collapsed").click().run()
    assert not page.exception
    assert page.number_input(key="setting objective.beta").value == 1
    assert page.number_input(key="setting model.latent_dim").value == 3


def test_a_run_that_never_saved_a_model(app: Open) -> None:
    """A training that diverged at once can be diagnosed all the same."""
    run = jobs.new_run(jobs.root(), tiny.config(), "stopped")
    run.append(Diverged(step=7, cause="recon became nan before step 7."))
    run.write_status(run.status.model_copy(update={"state": "diverged"}))
    page = app("diagnose", model=f"runs/{run.name}")
    assert "Diverged" in _said(page)
    assert "before step 7" in _said(page)
    assert page.button(key="mend diverged").label == "Train with learning rate 0.0001"


def test_a_model_that_ships(app: Open, shipped: Path) -> None:
    """Without a record the model itself is judged, and its loss weighed."""
    config = tiny.config(objective={"kind": "elbo", "beta": 4})
    tiny.ship(shipped / "small", config, recon=80.0, kl=6.0, kl_per_unit=[1, 2, 3])
    said = _said(app("diagnose"))
    assert "No problem found (this training was not recorded)." in said
    assert "Healthy" not in said
    assert "beta / pixels = 4 / 784 = **0.005102**" in said


def test_a_loss_from_elsewhere(app: Open, shipped: Path) -> None:
    """The working follows what is put in, and Train opens with the beta that comes out."""
    tiny.ship(shipped / "small", tiny.config(), kl_per_unit=[1, 2, 3])
    page = app("diagnose")
    assert "1 · (1/3) / (1/784) = 261.3" in _said(page)
    page.number_input(key="foreign loss w 0").set_value(0.01).run()
    assert "0.01 · (1/3) / (1/784) = 2.613" in _said(page)
    page.button(key="train foreign").click().run()
    assert page.number_input(key="setting objective.beta").value == 2.613


def test_without_models(app: Open) -> None:
    """The page says what to do."""
    assert "Train a model" in app("diagnose").info[0].value
