"""The class `Model` of a ladder VAE, and how its code is drawn from the top down."""

from itertools import pairwise
from textwrap import indent

from vae.config import LadderConfig, RunConfig
from vae.export.script import network
from vae.export.script.model import START, own

_CLASS = '''
class Model(nn.Module):
    """Latent layers, bottom first. The image gives each evidence, the layer above a prediction."""

    def __init__(self):
        super().__init__()
{layers}

    def encode(self, x):
        """The image's evidence on each layer: mean and log variance."""
        h, found = self.encoder_rest(self.encoder_first(x)), []
        for layer, head in zip(self.bottom_up, self.evidence):
            h = layer(h)
            found.append(gaussian(head(h)))
        return found

    def predict(self, index, above):
        """Mean and log variance of a layer, given the value of the one above."""
        return gaussian(self.top_down[index](above))

    def decode(self, value, y=None):
        """From the value of the bottom layer."""
        return self.decoder_rest(self.decoder_first(value))
{start}

def gaussian(numbers):
    mu, logvar = numbers.chunk(2, 1)
    return mu, logvar.clamp(-20, 20)


def draw(model, x):
    """The value of the bottom layer, and for all layers the code z with its noise, mu and logvar.

    A layer's z is its value in standard deviations from what the layer above predicts, so that p(z)
    is N(0, I) for all of them (Sonderby et al. 2016 for the product of evidence and prediction).
    """
    value, parts = None, []
    for index, (mu_e, logvar_e) in reversed([*enumerate(model.encode(x))]):
        if value is None:
            mu_p = logvar_p = torch.zeros_like(mu_e)
        else:
            mu_p, logvar_p = model.predict(index, value)
        ratio = logvar_p - logvar_e
        mu = ratio.sigmoid() * (mu_e - mu_p) * torch.exp(-0.5 * logvar_p)
        logvar = -F.softplus(ratio)
        noise = torch.randn(mu.shape, device=mu.device)
        z = mu + torch.exp(0.5 * logvar) * noise
        value = mu_p + torch.exp(0.5 * logvar_p) * z
        parts.insert(0, (z, noise, mu, logvar))
    return value, *(torch.cat(part, 1) for part in zip(*parts))
'''


def text(config: RunConfig) -> str:
    """The class, and the functions that it is used by."""
    return _CLASS.format(layers=indent(_layers(config), " " * 8), start=START)


def _layers(config: RunConfig) -> str:
    model, act = config.model, network.activation(config)
    assert isinstance(model, LadderConfig), "another model has a class of its own"
    dims, widths = model.latent_dims, model.widths
    first, rest, features = network.encoder(config)
    up_first, up_rest = network.decoder(config, "LATENT[0]")
    up = [
        network.sequential([f"nn.Linear({a}, {b})", act]) for a, b in pairwise((features, *widths))
    ]
    heads = [f"nn.Linear({w}, {2 * d})" for w, d in zip(widths, dims, strict=True)]
    down = [
        network.sequential(
            [f"nn.Linear({above}, {width})", act, f"nn.Linear({width}, {2 * below})"]
        )
        for below, above, width in zip(dims, dims[1:], widths[1:], strict=False)
    ]
    lines = [
        *own(config),
        f"self.encoder_first = {first}",
        f"self.encoder_rest = {rest}",
        *(
            f"self.{name} = {_list(parts)}"
            for name, parts in (("bottom_up", up), ("evidence", heads))
        ),
        f"self.top_down = {_list(down)}",
        f"self.decoder_first = {up_first}",
        f"self.decoder_rest = {up_rest}",
    ]
    return "\n".join(lines)


def _list(parts: list[str]) -> str:
    inner = "".join(indent(f"{part},\n", " " * 4) for part in parts)
    return f"nn.ModuleList([\n{inner}])"
