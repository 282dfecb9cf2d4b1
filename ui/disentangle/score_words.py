"""What the metrics of disentanglement are called, what they mean, and what was published."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["two best of a column", "best of a row", "least of a column", "voted"]


@dataclass(frozen=True)
class Words:
    """A metric for people, and which parts of its working are shown."""

    title: str
    meaning: str
    """What a high score says."""
    how: str
    """How it is computed, and where that comes from."""
    matrix: str
    """The matrix that is drawn."""
    caption: str
    """What its numbers are, and what is marked."""
    mark: Mark
    below: str = ""
    """The vector that stands below, a number for each factor."""
    beside: str = ""
    """The vector that stands beside, a number for each unit."""
    digits: int = 2


WORDS = {
    "mig": Words(
        "MIG",
        "One unit tells of a factor, and no other unit does.",
        "Mutual information gap (Chen et al. 2018): 10,000 images, every unit cut into 20 bins; what "
        "the best unit knows of a factor less what the second best knows, over the factor's entropy. "
        "20 bins cannot tell 32 positions or 40 orientations apart, so that even the true factors "
        "stay below 1, and a model below those: a picture does not tell the orientation wholly.",
        "mutual_information",
        "Mutual information in nats; framed: the best unit of each factor, dashed: the second best",
        "two best of a column",
        below="gap",
    ),
    "factor_vae": Words(
        "FactorVAE score",
        "The unit that stays still tells which factor was held.",
        "Kim & Mnih 2018: 64 images share one factor, and the unit that varies least votes for it; "
        "each unit stands for the factor of most of its 10,000 training votes; accuracy on 5,000 "
        "others. Units of variance under 0.05 take no part. Chance is one over the factors.",
        "votes",
        "Votes of 5,000 by unit and factor; framed: the factor that a unit stands for",
        "voted",
        beside="variance",
        digits=0,
    ),
    "beta_vae": Words(
        "beta-VAE score",
        "A line tells from the differences of units which factor two images share.",
        "Higgins et al. 2017: mean |z \N{MINUS SIGN} z\N{PRIME}| over 64 pairs that share a factor; "
        "a linear classifier learns which from 10,000 such rounds; accuracy on 5,000 others. It is "
        "kind to entangled codes. Chance is one over the factors.",
        "difference",
        "|z \N{MINUS SIGN} z\N{PRIME}| where a factor is shared, over its usual size; framed: the "
        "unit that stays stillest",
        "least of a column",
        below="accuracy",
    ),
    "dci": Words(
        "DCI",
        "Every unit matters to one factor only.",
        "Disentanglement of Eastwood & Williams 2018: boosted trees predict each factor from all units "
        "of 10,000 images; 1 less the entropy of a unit's importances. Below: completeness, the same "
        "by factor. Ordered factors are regressed as in that paper. disentanglement_lib classifies "
        "their values instead: compare with scores published by it only DCI by classes.",
        "importance",
        "Importance of a unit to a factor's prediction; framed: the factor to which it matters most",
        "best of a row",
        below="completeness",
        beside="disentanglement",
    ),
    "dci_classification": Words(
        "DCI by classes",
        "Every unit matters to one factor only, as disentanglement_lib measures it.",
        "The same as DCI, but the boosted trees tell the values of every factor apart as classes, "
        "which is how most published DCI scores were measured (Locatello et al. 2019). Informativeness "
        "is accuracy on 5,000 other images. It takes some minutes a model: the page shows what ships, "
        "python -m vae disentangle MODEL --metric dci_classification measures others.",
        "importance",
        "Importance of a unit to telling a factor's values apart; framed: the factor to which it "
        "matters most",
        "best of a row",
        below="informativeness",
        beside="disentanglement",
    ),
    "sap": Words(
        "SAP",
        "One unit predicts a factor better than any other does.",
        "Kumar et al. 2018: accuracy of a linear support vector machine on one unit, best less second "
        "best, 10,000 images to learn and 5,000 to test. A line cannot tell many values apart by one "
        "unit: the true factors themselves score low, where squared correlation, which the paper has for "
        "numbers, gives them 1.",
        "accuracy",
        "Accuracy by one unit; framed: the best unit of each factor, dashed: the second best",
        "two best of a column",
        below="gap",
    ),
    "modularity": Words(
        "Modularity",
        "Every unit tells of one factor only, whichever units there are.",
        "Ridgeway & Mozer 2018: 1 less what a unit tells of the other factors, by squares of the mutual "
        "information, mean over units. Counting noise alone looks modular: see the random codes.",
        "mutual_information",
        "Mutual information in nats; framed: the factor of which a unit tells most",
        "best of a row",
        beside="modularity",
    ),
}

PUBLISHED: dict[str, dict[str, float]] = {
    "VAE": {"factor_vae": 0.63, "mig": 0.10},
    "beta-VAE": {"factor_vae": 0.63, "mig": 0.21},
    "beta-TCVAE": {"factor_vae": 0.62, "mig": 0.45},
    "FactorVAE": {"factor_vae": 0.82, "mig": 0.15},
}
"""Scores that papers report, to two digits at best."""

PUBLISHED_NOTE = (
    "Published scores are of dSprites, of larger networks and longer trainings, and their papers differ "
    "in the protocol: beta-TCVAE's MIG (0.50 by its own code) is over four factors, on samples, by "
    "integrating over q(z|x). "
    "They show what is usual, not what should come out here."
)

STRIPS_NOTE = (
    "Left true sprites, right what the model decodes as that unit goes from \N{MINUS SIGN}2 to 2. "
    "Last, what a picture tells of the factor at most: its mutual information with the factor over "
    "the factor's entropy, counted over all sprites. A square looks the same after 10 of the 40 "
    "orientations and an ellipse after 20, so no code of a picture can tell orientation wholly. The "
    "true factors can, since they are no code of a picture: that much of their lead no model makes up."
)
