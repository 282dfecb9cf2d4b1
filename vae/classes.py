"""What the classes of the known data are called, by the data's name; in the order of their numbers."""

from vae.config import DataName

DIGITS = tuple("0123456789")

CLASSES: dict[DataName, tuple[str, ...]] = {
    "mnist": DIGITS,
    "embedded": DIGITS,
    "fashion-mnist": (
        "T-shirt",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "sprites": ("square", "ellipse", "heart"),
}
"""A folder of images has its own."""
