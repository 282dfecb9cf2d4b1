"""A training as one readable script of plain PyTorch, which needs nothing of this program.

Each part of the script comes from a file of its own here: data, model, what is drawn from it, loss,
loop. A part is text for one case; what differs within it is filled in.
"""

from vae.classes import CLASSES, names_of
from vae.config import CvaeConfig, LadderConfig, RunConfig
from vae.errors import ExportError
from vae.export.script import data, folder, ladder, loop, loss, model

__all__ = ["script"]


def script(config: RunConfig) -> str:
    """The script of these settings; every term in nats per image, as here.

    Raises:
        ExportError: settings of which there is none; the message says which.
    """
    _check(config)
    config = _with_classes(config)
    network = ladder.text(config) if isinstance(config.model, LadderConfig) else model.text(config)
    parts = [_head(config), data.text(config), network, *loss.texts(config), loop.text(config)]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _check(config: RunConfig) -> None:
    reasons = {
        "MNIST without the embedded digits": config.data.hold_out != "none",
        "changes in mid-run": bool(config.train.changes),
    }
    for what, found in reasons.items():
        if found:
            raise ExportError(f"There is no script of its own for {what}. Use the command line.")


def _with_classes(config: RunConfig) -> RunConfig:
    """The settings with the classes of known data, where they leave them to it."""
    model, known = config.model, CLASSES.get(config.data.name, ())
    if not isinstance(model, CvaeConfig) or model.classes or not known:
        return config
    return config.replace(model=model.replace(classes=len(known), names=known))


def _head(config: RunConfig) -> str:
    settings, train = config.model, config.train
    kind = type(settings).__name__.removesuffix("Config")
    units, meant = f"{settings.latent_dim}", ""
    if isinstance(settings, LadderConfig):
        units, meant = f"{settings.latent_dims}", "  # units of each layer, bottom first"
    classes = f"{len(names_of(config))}  # 0: the model is given no label"
    if folder.counts_classes(config):
        classes = "None  # load() counts those of the folder"
    return f'''"""{kind} with {settings.latent_dim} latent units, in plain PyTorch.

Every term is in nats per image: recon is -log p(x|z), kl is KL(q(z|x) || p(z)).
"""

{data.imports(config)}

SHAPE = {tuple(settings.shape)}
LATENT = {units}{meant}
CLASSES = {classes}
EPOCHS = {train.epochs}
BATCH = {train.batch_size}
LEARNING_RATE = {train.learning_rate}
SEED = {train.seed}
PIXELS = "{data.pixels(config)}"  # dynamic: drawn black and white at every use; fixed: once; grey: as they are
SAMPLES = {getattr(config.objective, "samples", 1)}  # codes drawn for each image
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"'''
