"""A training to go back and forth in: its moments, and the curves that they lie on."""

from dataclasses import dataclass
from pathlib import Path

from ui.train.history import History
from vae.config import AutoencoderConfig, RunConfig
from vae.export import timeline
from vae.export.timeline import HeldOut, Moment

TERMS = {"loss": "Loss", "recon": "Reconstruction", "kl": "KL"}


@dataclass(frozen=True)
class Timeline:
    """What there is of a training to look back at."""

    key: str
    """What the address calls the model."""
    config: RunConfig
    moments: tuple[Moment, ...]
    held_out: HeldOut
    history: History
    live: bool
    """Whether there may be more of it soon."""

    @property
    def terms(self) -> dict[str, str]:
        """The curves that there are, by term: a plain autoencoder has no KL."""
        plain = isinstance(self.config.model, AutoencoderConfig)
        return {"recon": TERMS["recon"]} if plain else TERMS

    def at(self, step: int) -> Moment | None:
        """The moment of a step; None where it was thinned out."""
        return next((moment for moment in self.moments if moment.step == step), None)


def look(
    key: str, folder: Path, config: RunConfig, history: History, *, live: bool
) -> Timeline | None:
    """What a folder holds of a training; None where it holds no moment."""
    snapshots = folder / timeline.FOLDER
    moments, held_out = timeline.moments(snapshots), timeline.held_out(snapshots)
    if not moments or held_out is None:
        return None
    return Timeline(key, config, tuple(moments), held_out, history, live)
