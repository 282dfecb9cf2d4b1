"""Which models are put side by side, and what they are called."""

from pathlib import Path
from typing import Any

import pytest

from tests.ui import tiny
from ui.catalogue import Entry
from ui.compare import sets
from vae import jobs
from vae.config import RunConfig


def entry(key: str, config: RunConfig) -> Entry:
    """A model that is never opened."""
    return Entry(key, f"Title of {key}", Path("nowhere"), config)


def ladder(*betas: float, seed: int = 0, **more: Any) -> dict[str, Entry]:
    """Models that differ in beta."""
    return {
        f"b{beta:g}s{seed}": entry(
            f"b{beta:g}s{seed}",
            tiny.config(objective={"kind": "elbo", "beta": beta}, train={"seed": seed}, **more),
        )
        for beta in betas
    }


def test_a_family_differs_in_objective_and_seed_alone() -> None:
    """Betas and seeds of one network are a family, in order; other networks and data are not in it."""
    entries = ladder(4, 0.5) | ladder(0.5, seed=1)
    entries |= {"wide": entry("wide", tiny.config({"latent_dim": 9}))}
    entries |= {"plain": entry("plain", tiny.config({"kind": "autoencoder"}))}
    (family,) = sets.families(entries, [])
    assert family.keys == ("b0.5s0", "b0.5s1", "b4s0")
    assert family.title == "Beta 0.5 to 4 · VAE z3 · embedded digits · 3 models"


def test_trainings_that_are_to_come_count() -> None:
    """A sweep is a family before its first training is done."""
    for config in jobs.grid(tiny.config(), [1, 2], [0]):
        jobs.new_run(jobs.root(), config)
    (family,) = sets.families({}, jobs.runs(jobs.root()))
    assert len(family.keys) == 2


def test_what_does_not_fit_is_named() -> None:
    """The first model says what the others must be like; each that is left out has its reason."""
    entries = ladder(4, 1) | {"plain": entry("plain", tiny.config({"kind": "autoencoder"}))}
    entries |= {"other": entry("other", tiny.config(data={"name": "sprites"}))}
    chosen = sets.sort_out(["plain", "b4s0", "other", "b1s0", "gone"], entries, [])
    assert [each.key for each in chosen.entries] == ["b1s0", "b4s0"]
    assert len(chosen.left_out) == 3
    assert any("Title of plain is left out: a plain autoencoder" in s for s in chosen.left_out)
    assert any("Title of other is left out: its images are 64 x 64" in s for s in chosen.left_out)
    assert "gone is not there any more." in chosen.left_out


def test_unfinished_trainings_are_waited_for() -> None:
    """A training that goes on is not compared yet, be it that it has saved something."""
    run = tiny.stopped_run(jobs.root(), tiny.config())
    run.write_status(run.status.model_copy(update={"state": "queued"}))
    key = f"runs/{run.name}"
    chosen = sets.sort_out([key], {key: entry(key, tiny.config())}, jobs.runs(jobs.root()))
    assert chosen.entries == ()
    assert [each.run.name for each in chosen.coming] == [run.name]


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        (ladder(0.5, 4), ["beta 0.5", "beta 4"]),
        (ladder(1) | ladder(1, seed=3), ["seed 0", "seed 3"]),
        (ladder(1) | ladder(2, seed=3), ["beta 1", "beta 2"]),
        (
            ladder(1, 2) | ladder(1, seed=3),
            ["beta 1, seed 0", "beta 2, seed 0", "beta 1, seed 3"],
        ),
        (ladder(2), ["beta 2"]),
    ],
)
def test_a_name_says_what_differs(entries: dict[str, Entry], names: list[str]) -> None:
    """And nothing else; names differ."""
    assert sets.names([each.config for each in entries.values()]) == names


def over_gamma(*gammas: float, **more: Any) -> dict[str, Entry]:
    """Models that differ in a weight that their objective's name does not say."""
    return {
        f"g{gamma:g}": entry(
            f"g{gamma:g}", tiny.config(objective={"kind": "capacity", "gamma": gamma, **more})
        )
        for gamma in gammas
    }


def test_a_sweep_over_another_weight_is_a_family() -> None:
    """In the order of that weight, named and joined by it."""
    entries = over_gamma(100, 9, 1000)
    (family,) = sets.families(entries, [])
    assert family.keys == ("g9", "g100", "g1000")
    assert family.title.startswith("Capacity 25 nats, gamma 9 to 1000 · VAE z3")
    configs = [entries[key].config for key in family.keys]
    assert sets.names(configs) == ["gamma 9", "gamma 100", "gamma 1000"]
    assert sets.joined(configs)
    longer = [each.config for each in over_gamma(1, capacity_steps=9).values()]
    assert not sets.joined([*configs, *longer])


def test_models_of_any_sweep_are_told_apart() -> None:
    """By the settings in which they differ, where nothing shorter does."""
    rates = [tiny.config(train={"learning_rate": rate}) for rate in (1e-3, 1e-4)]
    assert sets.names(rates) == ["learning rate 0.001", "learning rate 0.0001"]
    networks = [tiny.config({"backbone": {"activation": name}}) for name in ("relu", "tanh")]
    assert sets.names(networks) == ["activation relu", "activation tanh"]
    both = [
        tiny.config(objective={"kind": "beta-tc", "beta": beta, "gamma": gamma})
        for beta in (1, 4)
        for gamma in (1, 2)
    ]
    assert sets.names(both)[::3] == ["beta-TC 1, gamma 1", "beta-TC 4, gamma 2"]
    assert not sets.joined(both)


def test_names_of_the_same_settings_differ() -> None:
    """Two trainings alike are numbered."""
    found = sets.names([tiny.config(), tiny.config()])
    assert len(set(found)) == 2


def test_a_line_joins_the_steps_of_a_ladder() -> None:
    """One seed, one network, different betas; nothing else is joined."""
    configs = [each.config for each in ladder(1, 2).values()]
    assert sets.joined(configs)
    more = [each.config for each in (ladder(1, 2) | ladder(1, seed=1)).values()]
    assert not sets.joined(more)
