"""Networks that a program brings itself, in the place of a model's encoder or decoder."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from vae.config import Backbone, Shape
from vae.errors import ConfigError
from vae.models.layers import Labelled, Labels, decoder, encoder


class OwnNetwork(nn.Module):
    """A network in a model's place for one; of a conditional model it is given the label too."""

    def __init__(self, network: nn.Module, *, conditional: bool) -> None:
        super().__init__()
        self.network = network
        self._conditional = conditional

    def forward(self, x: Tensor, y: Labels | None) -> Tensor:
        """What the network makes of x, or of x and y."""
        return cast(Tensor, self.network(x, y) if self._conditional else self.network(x))


@dataclass(frozen=True)
class Networks:
    """A model's encoder and decoder: those that a program brings, the others as the settings say."""

    encoder: nn.Module | None = None
    decoder: nn.Module | None = None

    def encode(
        self, config: Backbone, shape: Shape, classes: int = 0
    ) -> tuple[Labelled | OwnNetwork, int]:
        """Image [n c h w] -> features [n d], and d."""
        if self.encoder is None:
            return encoder(config, shape, classes)
        return _own_encoder(self.encoder, shape, classes)

    def decode(
        self, config: Backbone, shape: Shape, latent_dim: int, classes: int = 0
    ) -> Labelled | OwnNetwork:
        """Code [n d] -> pixel parameters [n c h w]."""
        if self.decoder is None:
            return decoder(config, shape, latent_dim, classes)
        return _own_decoder(self.decoder, latent_dim, shape, classes)


BUILT = Networks()
"""Both as the settings say."""


def _own_encoder(network: nn.Module, shape: Shape, classes: int) -> tuple[OwnNetwork, int]:
    """Image [n c h w] -> features [n d], and d, which is found by trying.

    Raises:
        ConfigError: it gives something else.
    """
    own = OwnNetwork(network, conditional=classes > 0)
    out = _tried(own, "encoder", shape, classes)
    if out.ndim != 2:
        raise ConfigError(
            f"The own encoder makes {tuple(out.shape)} of two images. Needed are features [n d]: "
            "end it with nn.Flatten()."
        )
    return own, out.shape[1]


def _own_decoder(network: nn.Module, latent_dim: int, shape: Shape, classes: int) -> OwnNetwork:
    """Code [n d] -> pixel parameters [n c h w], as logits.

    Raises:
        ConfigError: it gives something else.
    """
    own = OwnNetwork(network, conditional=classes > 0)
    out = _tried(own, "decoder", (latent_dim,), classes)
    if tuple(out.shape) != (2, *shape):
        raise ConfigError(
            f"The own decoder makes {tuple(out.shape)} of two codes. Needed is {(2, *shape)}: end it "
            f"with nn.Unflatten(1, {tuple(shape)})."
        )
    return own


@torch.no_grad()
def _tried(own: OwnNetwork, place: str, shape: tuple[int, ...], classes: int) -> Tensor:
    """What it makes of two zeros; its training goes on as if this had not been."""
    training = own.training
    labels = torch.zeros(2, dtype=torch.int64) if classes else None
    try:
        out: Tensor = own.eval()(torch.zeros(2, *shape), labels)
    except (RuntimeError, TypeError, ValueError) as error:
        first = str(error).strip().partition("\n")[0][:200]
        wanted = ["x" if place == "encoder" else "z", *["y"][:classes]]
        raise ConfigError(
            f"The own {place} does not take {' and '.join(wanted)} of the shape {(2, *shape)}: {first}. "
            "Change it, or the model's settings."
        ) from None
    finally:
        own.train(training)
    return out
