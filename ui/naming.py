"""Names for people: of data, models, objectives and states; numbers as they are read."""

from vae.config import (
    AutoencoderConfig,
    BetaTcConfig,
    CapacityConfig,
    CvaeConfig,
    ElboConfig,
    FactorConfig,
    IwaeConfig,
    LadderConfig,
    ModelConfig,
    ObjectiveConfig,
    RunConfig,
)

DATA = {
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "embedded": "embedded digits",
    "sprites": "sprites",
    "folder": "own images",
}
CLASSES = {
    "mnist": tuple("0123456789"),
    "embedded": tuple("0123456789"),
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
STATES = {
    "queued": "Waiting",
    "running": "Training",
    "paused": "Paused",
    "done": "Done",
    "stopped": "Stopped",
    "failed": "Failed",
    "diverged": "Diverged",
    "interrupted": "Interrupted",
}


def describe(config: RunConfig, *, elbo: float | None = None, data: str = "") -> str:
    """A model in one line, such as `VAE z16 · MNIST · beta 1 · ELBO −98.3 nats`.

    `data` is the name of the data that was really used, where that is known.
    """
    parts = [model(config.model), DATA.get(data or config.data.name, data), goal(config.objective)]
    if elbo is not None and not isinstance(config.model, AutoencoderConfig):
        parts.append(f"ELBO {number(elbo)} nats")
    return " · ".join(part for part in parts if part)


def model(config: ModelConfig) -> str:
    """A model's kind and the size of its code."""
    match config:
        case AutoencoderConfig():
            return f"Autoencoder z{config.latent_dim}"
        case CvaeConfig():
            return f"Conditional VAE z{config.latent_dim}"
        case LadderConfig():
            return f"Ladder VAE z{'+'.join(str(dim) for dim in config.latent_dims)}"
        case _:
            return f"VAE z{config.latent_dim}"


def goal(config: ObjectiveConfig) -> str:
    """An objective and its main weight; nothing for a plain autoencoder's."""
    match config:
        case ElboConfig():
            return f"beta {config.beta:g}"
        case CapacityConfig():
            return f"capacity {config.capacity:g} nats"
        case BetaTcConfig():
            return f"beta-TC {config.beta:g}"
        case FactorConfig():
            return f"FactorVAE gamma {config.gamma:g}"
        case IwaeConfig():
            return f"IWAE k {config.samples}"
        case _:
            return "" if config.kind == "reconstruction" else config.kind.upper()


def class_names(config: RunConfig) -> tuple[str, ...]:
    """The labels that a conditional model takes, by number; empty for another."""
    if not isinstance(config.model, CvaeConfig):
        return ()
    known = CLASSES.get(config.data.name, ())
    count = config.model.classes
    return known if len(known) == count else tuple(str(i) for i in range(count))


def number(value: float, digits: int = 1) -> str:
    """A number with the sign of mathematics."""
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def duration(seconds: float) -> str:
    """A length of time in its two largest units, such as `2 min 5 s`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
