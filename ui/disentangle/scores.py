"""What is known of the disentanglement of models: from files that ship, or that were measured here."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from pydantic import BaseModel, ConfigDict, ValidationError

from ui import cached, catalogue, naming
from ui.catalogue import Entry
from vae.errors import CheckpointError
from vae.files import cache_folder

FILE = "disentanglement.jsonl"
"""Beside a model that ships; in the folder of all, of the made-up codes."""
METRICS = ("mig", "factor_vae", "beta_vae", "dci", "sap", "modularity")
"""In the order in which they are shown."""
ON_REQUEST = ("dci_classification",)
"""Shown where it was measured: it takes minutes."""
MADE_UP = {
    "true-factors": "True factors",
    "permuted": "Permuted",
    "rotated": "Rotated",
    "random": "Random",
}
"""Codes whose score is known, by what the command line calls them."""
SHAPE = "shape"
CSS = Path(__file__).with_name("scores.css")
MEAN, SAMPLE = "mean", "sample"


class Score(BaseModel):
    """A metric of a code with its working, as `python -m vae disentangle --json` prints it."""

    model_config = ConfigDict(allow_inf_nan=False)

    metric: str
    code: str
    codes: str
    factors: tuple[str, ...]
    weights: str = ""
    score: float
    also: dict[str, float]
    matrices: dict[str, tuple[tuple[float, ...], ...]]
    vectors: dict[str, tuple[float, ...]]


Scores = Mapping[str, Score]
"""By metric."""


@dataclass(frozen=True)
class Choice:
    """What stands for an image, and which factors count."""

    codes: str = MEAN
    with_shape: bool = True

    @property
    def options(self) -> list[str]:
        """For the command line."""
        return ["--codes", self.codes, "--shape", "with" if self.with_shape else "without"]

    def fits(self, score: Score) -> bool:
        """Whether a score was measured so."""
        return score.codes == self.codes and (SHAPE in score.factors) == self.with_shape


@dataclass(frozen=True)
class Code:
    """What metrics are taken of: a model's codes, or made-up ones."""

    key: str
    title: str
    source: str
    """What the command line is given: a file of weights, or a name."""
    shipped: Path
    """Where its scores may be already."""
    digest: str = ""
    """Hash of the weights; empty for made-up codes."""

    def choice(self, asked: Choice) -> Choice:
        """What can be chosen: made-up codes have no samples."""
        return asked if self.digest else Choice(MEAN, asked.with_shape)

    def kept(self, asked: Choice) -> Path:
        """Where its scores are kept once they are measured here."""
        chosen = self.choice(asked)
        shape = "" if chosen.with_shape else "-without-shape"
        name = f"{self.digest[:40] or self.source}-{chosen.codes}{shape}.jsonl"
        return cache_folder() / "disentanglement" / name

    def found(self, asked: Choice) -> Scores:
        """All scores, if they are known, and what else was measured."""
        for file in (self.shipped, self.kept(asked)):
            scores = self.read(file, asked)
            if scores.keys() >= set(METRICS):
                return scores
        return {}

    def read(self, file: Path, asked: Choice) -> Scores:
        """The scores of this code in a file."""
        chosen = self.choice(asked)
        return {
            score.metric: score
            for score in _read(file, catalogue.version_of(file))
            if chosen.fits(score) and self._is_of(score)
        }

    def _is_of(self, score: Score) -> bool:
        return score.weights == self.digest if self.digest else score.code == self.source


def codes() -> tuple[dict[str, Code], list[str]]:
    """All that can be measured, and a sentence for each model that cannot.

    Models of sprites come first, then the made-up codes.
    """
    of_sprites = {
        key: entry
        for key, entry in cached.explorable().entries.items()
        if entry.config.data.name == "sprites" and entry.config.model.latent_dim > 1
    }
    titles = naming.unique({key: _title(entry) for key, entry in of_sprites.items()})
    file = catalogue.shipped_folder() / FILE
    found: dict[str, Code] = {}
    problems = []
    for key, entry in of_sprites.items():
        try:
            found[key] = _of(entry, titles[key])
        except CheckpointError as error:
            problems.append(f"{titles[key]} is left out: {error}")
    made_up = {name: Code(name, title, name, file) for name, title in MADE_UP.items()}
    return found | made_up, problems


def _title(entry: Entry) -> str:
    """What a model is called among others of the same data."""
    parts = (naming.model(entry.config.model), naming.goal(entry.config))
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def _of(entry: Entry, title: str) -> Code:
    digest = _digest(entry.weights, entry.version)
    return Code(entry.key, title, str(entry.weights), entry.folder / FILE, digest)


@st.cache_data(max_entries=64, show_spinner=False)
def _digest(weights: Path, version: str) -> str:
    try:
        return hashlib.sha256(weights.read_bytes()).hexdigest()
    except OSError as error:
        raise CheckpointError(f"{weights} cannot be read ({error.strerror}).") from error


@st.cache_data(max_entries=64, show_spinner=False)
def _read(file: Path, version: str) -> list[Score]:
    """The scores in a file; of a damaged line, or no file, none."""
    scores = []
    with suppress(OSError):
        for line in file.read_text(encoding="utf-8").splitlines() if version else []:
            with suppress(ValidationError):
                scores.append(Score.model_validate_json(line))
    return scores
