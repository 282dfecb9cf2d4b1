"""Settings of a model: its networks, its likelihood, its prior and its posterior."""

from math import prod
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vae.config.base import Config, LatentDim, Shape, Width
from vae.errors import ConfigError

ClassName = Annotated[str, Field(min_length=1, max_length=255)]
Activation = Literal["relu", "leaky-relu", "elu", "silu", "tanh"]


class MlpConfig(Config):
    """Fully connected layers; the decoder mirrors the encoder."""

    kind: Literal["mlp"] = "mlp"
    hidden: Annotated[tuple[Width, ...], Field(min_length=1, max_length=8)] = (400,)
    activation: Activation = "relu"


class ConvConfig(Config):
    """Convolutions 4 x 4 with stride 2, then one hidden layer; the decoder mirrors the encoder."""

    kind: Literal["conv"] = "conv"
    channels: Annotated[tuple[Width, ...], Field(min_length=1, max_length=6)] = (32, 64)
    hidden: Width = 256
    activation: Activation = "relu"


Backbone = Annotated[MlpConfig | ConvConfig, Field(discriminator="kind")]


class BernoulliConfig(Config):
    """Binary pixels. On grey values its cross-entropy is a score, not a likelihood."""

    kind: Literal["bernoulli"] = "bernoulli"


class ContinuousBernoulliConfig(Config):
    """Pixels in [0, 1] (Loaiza-Ganem & Cunningham 2019)."""

    kind: Literal["continuous-bernoulli"] = "continuous-bernoulli"


class GaussianConfig(Config):
    """Real pixels with one standard deviation for all."""

    kind: Literal["gaussian"] = "gaussian"
    scale: Annotated[float, Field(ge=1e-3, le=10)] = 0.1
    learn_scale: bool = False


Likelihood = Annotated[
    BernoulliConfig | ContinuousBernoulliConfig | GaussianConfig, Field(discriminator="kind")
]


class StandardNormalConfig(Config):
    """p(z) = N(0, I)."""

    kind: Literal["standard-normal"] = "standard-normal"


class VampPriorConfig(Config):
    """p(z): the mean of the posteriors of learned pseudo-inputs (Tomczak & Welling 2018)."""

    kind: Literal["vamp"] = "vamp"
    components: Annotated[int, Field(ge=1, le=5000)] = 500


Prior = Annotated[StandardNormalConfig | VampPriorConfig, Field(discriminator="kind")]


class _ModelConfig(Config):
    shape: Shape = (1, 28, 28)
    backbone: Backbone = MlpConfig()
    likelihood: Likelihood = BernoulliConfig()

    @model_validator(mode="after")
    def _convolutions_fit(self) -> Self:
        _, height, width = self.shape
        if not (8 <= height <= 128 and 8 <= width <= 128):
            raise ValueError(f"images of {height} x {width} pixels: the sides must be 8 to 128")
        if isinstance(self.backbone, ConvConfig):
            factor = 2 ** len(self.backbone.channels)
            if height % factor or width % factor:
                raise ValueError(
                    f"{len(self.backbone.channels)} convolutions halve the image as often, which "
                    f"{height} x {width} does not allow: use fewer channels, or the mlp backbone"
                )
        return self

    @property
    def pixels(self) -> int:
        """Number of values in one image."""
        return prod(self.shape)


class AutoencoderConfig(_ModelConfig):
    """Plain autoencoder: a code without a distribution."""

    kind: Literal["autoencoder"] = "autoencoder"
    latent_dim: LatentDim = 2


class VaeConfig(_ModelConfig):
    """Variational autoencoder (Kingma & Welling 2014)."""

    kind: Literal["vae"] = "vae"
    latent_dim: LatentDim = 16
    posterior: Literal["diagonal", "full"] = "diagonal"
    prior: Prior = StandardNormalConfig()

    @model_validator(mode="after")
    def _vamp_is_a_mixture_of_diagonals(self) -> Self:
        if isinstance(self.prior, VampPriorConfig) and self.posterior != "diagonal":
            raise ValueError("the VampPrior needs a diagonal posterior: use posterior 'diagonal'")
        return self


class CvaeConfig(_ModelConfig):
    """Conditional VAE: q(z|x, y) and p(x|z, y) (Sohn et al. 2015)."""

    kind: Literal["cvae"] = "cvae"
    latent_dim: LatentDim = 16
    classes: Annotated[int, Field(ge=2, le=1000)] | None = None
    """How many labels there are; None for as many as the data has, which a training fills in."""
    names: Annotated[tuple[ClassName, ...], Field(max_length=1000)] = ()
    """What the labels are called, by number, which a training fills in from its data."""
    posterior: Literal["diagonal", "full"] = "diagonal"

    @model_validator(mode="after")
    def _one_name_a_label(self) -> Self:
        if self.names and len(self.names) != self.classes:
            raise ValueError(f"{self.classes} classes and {len(self.names)} names: give one each")
        if len(set(self.names)) != len(self.names):
            raise ValueError("two classes have the same name: give each its own")
        return self

    @property
    def labels(self) -> int:
        """How many labels there are; ConfigError as long as nobody has said it."""
        if self.classes is None:
            raise ConfigError(
                "model.classes: a conditional model needs the number of labels. Give it, or train on "
                "data that has classes."
            )
        return self.classes


class LadderConfig(_ModelConfig):
    """Ladder VAE: two or more latent layers, bottom first (Sonderby et al. 2016)."""

    kind: Literal["ladder"] = "ladder"
    latent_dims: Annotated[tuple[LatentDim, ...], Field(min_length=2, max_length=8)] = (12, 4)
    widths: tuple[Width, ...] = (256, 128)
    """Width of the hidden layer between one latent layer and the next, bottom first."""

    @model_validator(mode="after")
    def _one_width_a_layer(self) -> Self:
        if len(self.widths) != len(self.latent_dims):
            raise ValueError(
                f"{len(self.latent_dims)} latent layers and {len(self.widths)} widths: give one width a layer"
            )
        if self.latent_dim > 256:
            raise ValueError(f"{self.latent_dim} latent units in all: at most 256")
        return self

    @property
    def latent_dim(self) -> int:
        """Latent units of all layers together."""
        return sum(self.latent_dims)


ModelConfig = Annotated[
    AutoencoderConfig | VaeConfig | CvaeConfig | LadderConfig, Field(discriminator="kind")
]
