"""How far the units of a code are one factor each: metrics on sprites, each with its working.

Protocols as in disentanglement_lib (Locatello et al. 2019): numbers of images and votes, bins,
batches. Where a choice is ours, the metric's docstring says so. No score is taken of images that a
model was not shown what they are made of: factors are known for sprites alone.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from vae.analysis.attainable import Attainable, attainable
from vae.analysis.disentanglement.beta_vae import beta_vae
from vae.analysis.disentanglement.codes import MADE_UP, Encoded, Representation
from vae.analysis.disentanglement.dci import dci, dci_classification
from vae.analysis.disentanglement.factor_vae import factor_vae
from vae.analysis.disentanglement.mig import mig
from vae.analysis.disentanglement.modularity import modularity
from vae.analysis.disentanglement.protocol import CodesFor, Factors, Measured
from vae.analysis.disentanglement.sap import sap
from vae.data.dataset import Progress

__all__ = [
    "MADE_UP",
    "METRICS",
    "ON_REQUEST",
    "USUAL",
    "Attainable",
    "CodesFor",
    "Encoded",
    "Factors",
    "Measured",
    "Representation",
    "attainable",
    "beta_vae",
    "dci",
    "dci_classification",
    "factor_vae",
    "measure",
    "mig",
    "modularity",
    "sap",
]


class Metric(Protocol):
    """What every metric is called with."""

    def __call__(
        self, codes_for: CodesFor, factors: Factors, *, seed: int, progress: Progress | None
    ) -> Measured:
        """The score and its working."""
        ...


METRICS: dict[str, Metric] = {
    "mig": mig,
    "modularity": modularity,
    "sap": sap,
    "dci": dci,
    "factor_vae": factor_vae,
    "beta_vae": beta_vae,
    "dci_classification": dci_classification,
}
"""By name; those that look at few images first."""

ON_REQUEST = ("dci_classification",)
"""Those that take minutes each, and are measured where they are asked for by name."""
USUAL = tuple(name for name in METRICS if name not in ON_REQUEST)


def measure(
    codes_for: CodesFor,
    factors: Factors,
    *,
    metrics: Sequence[str] = USUAL,
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[Measured]:
    """The metrics of a code, one after the other; each draws its images by the same seed."""
    for name in metrics:
        yield METRICS[name](codes_for, factors, seed=seed, progress=progress)
