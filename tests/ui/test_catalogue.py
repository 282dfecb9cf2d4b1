"""What can be explored: models that ship, trainings, and what is broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui import tiny
from ui import catalogue
from vae.events import Epoch


def test_a_shipped_model_is_named_for_what_it_is(tmp_path: Path) -> None:
    """Kind, size, data, objective and ELBO are in the title; the KL comes from the metrics."""
    tiny.ship(tmp_path / "small", tiny.config(), elbo=-98.34, kl_per_unit=[0.5, 2, 0])
    entry = catalogue.look(tmp_path, tmp_path / "none").entries["small"]
    assert entry.title == "VAE z3 · embedded digits · beta 1 · ELBO \N{MINUS SIGN}98.3 nats"
    assert entry.kl_per_unit == (0.5, 2, 0)


def test_an_autoencoder_has_no_kl(tmp_path: Path) -> None:
    """Zeros measured of a plain autoencoder do not make its units useless."""
    settings = tiny.config({"kind": "autoencoder", "latent_dim": 2})
    tiny.ship(tmp_path / "plain", settings, kl_per_unit=[0, 0])
    assert catalogue.look(tmp_path, tmp_path).entries["plain"].kl_per_unit == ()


def test_sliders_go_as_far_as_the_codes(tmp_path: Path) -> None:
    """Three standard deviations of a normal prior; without one, as far as the codes of images lie."""
    ranges = [[-2, 7.3], [-1, 1]]
    plain = tiny.config({"kind": "autoencoder", "latent_dim": 2})
    tiny.ship(tmp_path / "vae", tiny.config({"latent_dim": 2}), posterior_range=ranges)
    tiny.ship(tmp_path / "far", plain, posterior_range=ranges)
    tiny.ship(tmp_path / "near", plain, posterior_range=[[-0.1, 0.1], [0, 0]])
    tiny.ship(tmp_path / "unknown", plain)
    entries = catalogue.look(tmp_path, tmp_path / "none").entries
    reach = {name: entry.reach for name, entry in entries.items()}
    assert reach == {"vae": 3, "far": 8, "near": 3, "unknown": 3}
    assert entries["far"].posterior_range == ((-2, 7.3), (-1, 1))


@pytest.mark.parametrize("odd", [3, "abc", [1, 2], [[1, None]], [[1, 2, 3]], [[0, float("nan")]]])
def test_ranges_that_make_no_sense_are_unknown(tmp_path: Path, odd: object) -> None:
    """A model whose metrics were edited by hand can still be explored."""
    tiny.ship(tmp_path / "small", tiny.config(), posterior_range=odd)
    assert catalogue.look(tmp_path, tmp_path / "none").entries["small"].posterior_range == ()


def test_broken_folders_do_not_hide_the_others(tmp_path: Path) -> None:
    """Damaged settings, missing weights and odd metrics: a sentence each, and the rest is there."""
    tiny.ship(tmp_path / "good", tiny.config())
    tiny.ship(tmp_path / "settings", tiny.config()).joinpath("config.json").write_text("{]")
    tiny.ship(tmp_path / "weights", tiny.config()).joinpath("model.safetensors").unlink()
    tiny.ship(tmp_path / "metrics", tiny.config()).joinpath("metrics.json").write_text("[1]")
    tiny.ship(tmp_path / "binary", tiny.config()).joinpath("config.json").write_bytes(b"\xff\x00")
    found = catalogue.look(tmp_path, tmp_path / "none")
    assert set(found.entries) == {"good", "metrics"}
    assert set(found.problems) == {"settings", "weights", "binary"}
    assert all(len(sentence) > 20 for sentence in found.problems.values())


def test_a_training_is_there_as_soon_as_it_has_weights(tmp_path: Path) -> None:
    """A run with weights is an entry, with what its last epoch measured; one without says so."""
    run = tiny.stopped_run(tmp_path, tiny.config())
    for epoch, kl in ((1, 0.25), (2, 0.75)):
        measured = {"kl_per_unit": [kl] * 3, "posterior_range": [(-kl, kl)] * 3}
        run.append(Epoch(step=epoch, epoch=epoch, train={}, held_out={}, **measured))
    key = catalogue.run_key(run)
    entry = catalogue.look(tmp_path / "none", tmp_path).entries[key]
    assert entry.kl_per_unit == (0.75, 0.75, 0.75)
    assert entry.posterior_range == ((-0.75, 0.75),) * 3
    assert not entry.live
    run.last.unlink()
    assert entry.version == ""
    found = catalogue.look(tmp_path / "none", tmp_path)
    assert key in found.problems
    assert not found.entries


def test_other_weights_have_another_version(tmp_path: Path) -> None:
    """What is cached for the old weights is not taken for the new ones."""
    folder = tiny.ship(tmp_path / "small", tiny.config())
    entry = catalogue.look(tmp_path, tmp_path / "none").entries["small"]
    before = entry.version
    (folder / "model.safetensors").write_bytes(b"other")
    assert entry.version not in ("", before)


def test_an_entry_knows_of_which_weights_it_speaks(tmp_path: Path) -> None:
    """Weights saved after the look tell that its title and KL are old."""
    run = tiny.stopped_run(tmp_path, tiny.config())
    entry = catalogue.look(tmp_path / "none", tmp_path).entries[catalogue.run_key(run)]
    assert entry.looked_at == entry.version
    tiny.train_a_little(run)
    assert entry.looked_at != entry.version


def test_the_place_of_shipped_models_can_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VAE_CHECKPOINTS names it; else it is the repository's folder."""
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path))
    assert catalogue.shipped_folder() == tmp_path
    monkeypatch.delenv("VAE_CHECKPOINTS")
    assert catalogue.shipped_folder().name == "checkpoints"


def test_pages_do_not_load_torch_to_appear() -> None:
    """Neither the list of models nor the form of a training imports torch."""
    code = (
        "import sys, ui.catalogue, ui.cached, ui.train.form, ui.train.run_view, ui.train.run_list, ui.charts;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
