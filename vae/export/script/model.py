"""The class `Model` of all models with one latent layer."""

from textwrap import indent

from vae.config import (
    AutoencoderConfig,
    CvaeConfig,
    FactorConfig,
    GaussianConfig,
    RunConfig,
    VampPriorConfig,
)
from vae.export.script import network

START = '''
    def start_at(self, mean):
        """Begin with pictures that look like the mean image."""
        last = [m for m in self.decoder_rest if isinstance(m, nn.Linear | nn.ConvTranspose2d)][-1]
        mean = mean.mean((1, 2)) if isinstance(last, nn.ConvTranspose2d) else mean
        last.bias.data.copy_(mean.flatten().clamp(0.001, 0.999).logit())
'''

_CODE = "return self.head(self.encoder_rest(h)), None"
_DIAGONAL = """
mu, logvar = self.head(self.encoder_rest(h)).chunk(2, 1)
return mu, logvar.clamp(-20, 20)
"""
_FULL = """
sizes = [LATENT, LATENT, LATENT * (LATENT - 1) // 2]
mu, logvar, below = self.head(self.encoder_rest(h)).split(sizes, 1)
cholesky = torch.diag_embed(torch.exp(0.5 * logvar.clamp(-20, 20)))
row, column = torch.tril_indices(LATENT, LATENT, -1)
cholesky[:, row, column] = below
return mu, cholesky
"""
_LABEL = """
bias = self.{side}_label(F.one_hot(y, CLASSES).to(h.dtype))
h = h + bias.reshape(*bias.shape, *(1,) * (h.ndim - bias.ndim))
"""
_VAMP = '''
    def log_prior(self, z):
        """Log p(z) by unit, given the units before: a mixture of the pseudo-inputs' posteriors."""
        mu, logvar = self.encode(self.pseudo_inputs.sigmoid())
        z = z[..., None, :]
        by_unit = -0.5 * ((z - mu) ** 2 * torch.exp(-logvar) + logvar + math.log(2 * math.pi))
        up_to = by_unit.cumsum(-1).logsumexp(-2) - math.log(len(mu))
        return torch.diff(up_to, dim=-1, prepend=torch.zeros_like(up_to[..., :1]))
'''


def text(config: RunConfig) -> str:
    """The class: what is learnt, q(z|x), p(x|z) and, where it is learnt, p(z)."""
    full = getattr(config.model, "posterior", "") == "full"
    plain = isinstance(config.model, AutoencoderConfig)
    if plain:
        about, head = "The code of x. p(x|z): a number for every pixel.", _CODE
    elif full:
        about, head = "q(z|x): mean and Cholesky factor. p(x|z): a number for every pixel.", _FULL
    else:
        about, head = "q(z|x): mean and log variance. p(x|z): a number for every pixel.", _DIAGONAL
    return f'''class Model(nn.Module):
    """{about}"""

    def __init__(self):
        super().__init__()
{indent(_layers(config), " " * 8)}

    def encode(self, x, y=None):
{indent(_first(config, "encoder", "x") + head.strip(), " " * 8)}

    def decode(self, z, y=None):
{indent(_first(config, "decoder", "z"), " " * 8)}        return self.decoder_rest(h)
{_VAMP if isinstance(getattr(config.model, "prior", None), VampPriorConfig) else ""}{START}'''


def own(config: RunConfig) -> list[str]:
    """Numbers that are learnt beside the layers: the pixels' deviation, and pseudo-inputs."""
    model = config.model
    likelihood, prior = model.likelihood, getattr(model, "prior", None)
    lines = []
    if isinstance(likelihood, GaussianConfig) and likelihood.learn_scale:
        lines.append(f"self.log_scale = nn.Parameter(torch.tensor({likelihood.scale}).log())")
    if isinstance(prior, VampPriorConfig):
        start = f"0.5 * torch.randn({prior.components}, *SHAPE) - 1"
        lines.append(f"self.pseudo_inputs = nn.Parameter({start})")
    return lines


def _layers(config: RunConfig) -> str:
    model = config.model
    first, rest, features = network.encoder(config)
    up_first, up_rest = network.decoder(config, "LATENT")
    width, code_width = network.widths(config)
    labelled = isinstance(model, CvaeConfig)
    lines = [f"self.encoder_first = {first}", f"self.encoder_rest = {rest}"]
    if labelled:
        lines.append(f"self.encoder_label = nn.Linear(CLASSES, {width}, bias=False)")
    lines.append(f"self.head = nn.Linear({features}, {_numbers(config)})")
    lines += [f"self.decoder_first = {up_first}", f"self.decoder_rest = {up_rest}"]
    if labelled:
        lines.append(f"self.decoder_label = nn.Linear(CLASSES, {code_width}, bias=False)")
    if isinstance(config.objective, FactorConfig):
        lines.append(f"self.discriminator = {_discriminator(config.objective.width)}")
    return "\n".join([*own(config), *lines])


def _numbers(config: RunConfig) -> str:
    """How many say what the code of an image is."""
    if isinstance(config.model, AutoencoderConfig):
        return "LATENT"
    full = getattr(config.model, "posterior", "") == "full"
    return "2 * LATENT + LATENT * (LATENT - 1) // 2" if full else "2 * LATENT"


def _discriminator(width: int) -> str:
    """Tells codes from codes whose units were shuffled (Kim & Mnih 2018, appendix A)."""
    layers = []
    for fan_in in ("LATENT", width, width, width, width):
        layers += [f"nn.Linear({fan_in}, {width})", "nn.LeakyReLU(0.2)"]
    return network.sequential([*layers, f"nn.Linear({width}, 2)"])


def _first(config: RunConfig, side: str, given: str) -> str:
    """The first layer of a side, to which a label adds."""
    labelled = isinstance(config.model, CvaeConfig)
    label = _LABEL.lstrip().format(side=side) if labelled else ""
    return f"h = self.{side}_first({given})\n{label}"
