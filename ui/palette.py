"""The colours of every plot: readable as points on white and on the dark background alike."""

CLASSES = (
    "#4269d0",
    "#efb118",
    "#ff725c",
    "#3fb3a1",
    "#3ca951",
    "#ff6ba5",
    "#a463f2",
    "#6fa5f5",
    "#9c6b4e",
    "#8d949e",
    "#a80078",
    "#306000",
    "#fc00f0",
    "#7800d8",
    "#d80018",
    "#78d800",
    "#e4b4c0",
    "#54546c",
    "#0030fc",
    "#008478",
)
"""A class by its number; after twenty they begin anew. The first ten after Observable's categorical
scheme, by Mike Bostock and Jeff Pettiss; each further one as far from all before it as colours that
show on both backgrounds can be."""

RAMP = ("#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#e3d31c")
"""From little to much: viridis, by Nathaniel Smith and Stefan van der Walt, without its two ends."""

PLAIN = "#2391b3"
"""Where colour says nothing."""


def of_class(number: int) -> str:
    """The colour of a class."""
    return CLASSES[number % len(CLASSES)]
