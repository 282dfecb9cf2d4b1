"""All models as cards: what is on each, and which are shown in which order. No torch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ui import catalogue, naming
from ui.catalogue import RUN_PREFIX, Catalogue, Entry
from vae.errors import VaeError
from vae.files import MODEL_FILE
from vae.jobs import Run, shelf
from vae.jobs.about import About, read_about
from vae.jobs.status import ALIVE

PICTURE = Path("samples", "latest.png")
"""Where a model's folder has a picture of what it makes up."""


@dataclass(frozen=True)
class Card:
    """A model on the shelf."""

    entry: Entry
    about: About
    numbers: Mapping[str, float] = field(hash=False)
    since: datetime
    """When its weights were last written."""
    size: int
    """Bytes on the disk."""

    @property
    def own(self) -> bool:
        """Whether it may be renamed and removed: what ships may not."""
        return self.entry.key.startswith(RUN_PREFIX)

    @property
    def is_run(self) -> bool:
        """Whether its training is there too."""
        return self.entry.weights.name != MODEL_FILE

    @property
    def title(self) -> str:
        """Its own name, or what it is; the numbers follow on the card."""
        return self.about.title or naming.describe(self.entry.config)

    @property
    def data(self) -> str:
        """The name of its data."""
        return naming.DATA[self.entry.config.data.name]


@dataclass(frozen=True)
class Damaged:
    """What lies where a model should, and why it cannot be used."""

    key: str
    folder: Path
    why: str

    @property
    def own(self) -> bool:
        """Whether it may be removed: what ships may not."""
        return self.key.startswith(RUN_PREFIX)


def cards(found: Catalogue, root: Path) -> tuple[list[Card], list[Damaged]]:
    """A card for each model that can be used; and what cannot, but for trainings that have just begun."""
    made: list[Card] = []
    damaged = [
        Damaged(key, root / key.removeprefix(RUN_PREFIX), why)
        for key, why in found.problems.items()
        if key.startswith(RUN_PREFIX)
    ]
    for entry in found.entries.values():
        try:
            made.append(_card(entry))
        except VaeError as error:
            damaged.append(Damaged(entry.key, entry.folder, str(error)))
        except OSError:  # removed since it was listed
            damaged.append(Damaged(entry.key, entry.folder, "Its weights are gone."))
    there = [each for each in damaged if each.folder.is_dir() and not _begins(each.folder)]
    return made, there


def _begins(folder: Path) -> bool:
    """Whether a training is to give a model yet."""
    try:
        return Run(folder).status.state in (*ALIVE, "queued")
    except VaeError:
        return False


def _card(entry: Entry) -> Card:
    return Card(
        entry,
        read_about(entry.folder),
        catalogue.numbers(entry),
        datetime.fromtimestamp(entry.weights.stat().st_mtime, UTC),
        shelf.size(entry.folder),
    )


_WORST = float("-inf")

ORDERS: Mapping[str, Callable[[Card], tuple[object, ...]]] = {
    "Newest": lambda card: (-card.since.timestamp() if card.own else 0.0,),
    "Name": lambda card: (card.title.casefold(),),
    "ELBO": lambda card: (-card.numbers.get("elbo", _WORST),),
    "Size": lambda card: (-card.size,),
}
"""Those that ship all came at once, after one's own, and keep their order."""


def select_damaged(damaged: Iterable[Damaged], text: str) -> list[Damaged]:
    """Those whose name or problem has all the words."""
    words = text.casefold().split()
    return [d for d in damaged if all(word in f"{d.key} {d.why}".casefold() for word in words)]


def select(all_cards: Iterable[Card], *, text: str, data: str | None, order: str) -> list[Card]:
    """The cards whose title or note has all the words, of one kind of data where one is given."""
    words = text.casefold().split()

    def fits(card: Card) -> bool:
        said = f"{card.title} {card.about.note} {card.entry.key}".casefold()
        return data in (None, card.data) and all(word in said for word in words)

    return sorted((card for card in all_cards if fits(card)), key=ORDERS[order])


def facts(card: Card) -> str:
    """What was measured of a model, in nats per image."""
    names = {"elbo": "ELBO", "recon": "recon", "kl": "KL"}
    parts = [
        f"{name} {naming.number(card.numbers[key])}"
        for key, name in names.items()
        if key in card.numbers
    ]
    return f"{' · '.join(parts)} nats" if parts else ""


def origin(card: Card) -> str:
    """How much of it is used, since when it is there, and what room it takes."""
    parts = ["Shipped" if not card.own else naming.time(card.since)]
    if "active_units" in card.numbers:
        active, dim = int(card.numbers["active_units"]), card.entry.config.model.latent_dim
        parts.insert(0, f"{active} of {dim} units active")
    return " · ".join([*parts, size(card.size)])


def size(count: int) -> str:
    """Bytes as they are read, such as `1.2 MB`."""
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
