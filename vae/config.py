"""Every setting of data, model, objective and training: frozen, validated once, unknown keys refused.

A variant is a class of its own, so an option that a variant does not have cannot be given in vain.
"""

from collections.abc import Mapping
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from vae.errors import ConfigError

Shape = tuple[Literal[1, 3], int, int]
"""Channels, height and width of an image."""

Width = Annotated[int, Field(ge=1, le=8192)]
LatentDim = Annotated[int, Field(ge=1, le=256)]
Weight = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
"""Factor of a term of the loss."""


class Config(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def replace(self, **changes: Any) -> Self:
        """A validated copy with some settings changed."""
        return parse(type(self), self.model_dump() | changes)


# --- data -----------------------------------------------------------------------------------------

DataName = Literal["mnist", "fashion-mnist", "kmnist", "embedded", "sprites", "folder"]


class DataConfig(Config):
    """Which images, and as what their pixels are taken."""

    name: DataName = "mnist"
    path: Path | None = None
    """Folder of IDX files, or folder or zip of images; None searches the usual places."""
    hold_out: Literal["none", "embedded"] = "none"
    """`embedded` leaves the 5,000 embedded digits out of MNIST's training set."""
    pixels: Literal["dynamic", "fixed", "grey"] = "dynamic"
    """Binarised anew at every use, binarised once, or left as grey values."""
    size: Annotated[int, Field(ge=8, le=128, multiple_of=4)] = 28
    """Side in pixels to which a folder's images are scaled."""
    channels: Literal[1, 3] = 1
    """Grey or colour, for a folder of images."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Train on the first so many images only."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.name == "folder" and self.path is None:
            raise ValueError("data 'folder' needs a path: give the folder or zip of images")
        if self.hold_out == "embedded" and self.name != "mnist":
            raise ValueError(
                "the embedded digits are part of MNIST only: drop hold_out or use data 'mnist'"
            )
        return self

    @property
    def shape(self) -> Shape:
        """Channels, height and width of every image."""
        if self.name == "folder":
            return (self.channels, self.size, self.size)
        return (1, 64, 64) if self.name == "sprites" else (1, 28, 28)


# --- model ----------------------------------------------------------------------------------------

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
    classes: Annotated[int, Field(ge=2, le=1000)] = 10
    posterior: Literal["diagonal", "full"] = "diagonal"


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


# --- objective ------------------------------------------------------------------------------------


class _ObjectiveConfig(Config):
    lever: ClassVar[str] = ""
    """The weight that may be changed in mid-run; empty where there is none."""


class ReconstructionConfig(_ObjectiveConfig):
    """Reconstruction alone: what a plain autoencoder minimises."""

    kind: Literal["reconstruction"] = "reconstruction"


class ElboConfig(_ObjectiveConfig):
    """Reconstruction + beta KL; beta = 1 is the ELBO, another value beta-VAE (Higgins et al. 2017)."""

    lever = "beta"
    kind: Literal["elbo"] = "elbo"
    beta: Weight = 1.0
    warmup_steps: Annotated[int, Field(ge=0)] = 0
    """Steps over which the KL's weight grows from 0 to beta."""
    free_bits: Weight = 0.0
    """Nats that each latent unit has for nothing (Kingma et al. 2016)."""
    samples: Annotated[int, Field(ge=1, le=1000)] = 1


class CapacityConfig(_ObjectiveConfig):
    """Reconstruction + gamma |KL - C|, C growing with training (Burgess et al. 2018)."""

    lever = "gamma"
    kind: Literal["capacity"] = "capacity"
    gamma: Weight = 1000.0
    capacity: Weight = 25.0
    """C at the end, in nats."""
    capacity_steps: Annotated[int, Field(ge=1)] = 100_000


class BetaTcConfig(_ObjectiveConfig):
    """Reconstruction + alpha MI + beta TC + gamma dimension-wise KL (Chen et al. 2018)."""

    lever = "beta"
    kind: Literal["beta-tc"] = "beta-tc"
    alpha: Weight = 1.0
    beta: Weight = 6.0
    gamma: Weight = 1.0
    warmup_steps: Annotated[int, Field(ge=0)] = 0


class FactorConfig(_ObjectiveConfig):
    """ELBO - gamma TC, the TC by a discriminator (Kim & Mnih 2018)."""

    lever = "gamma"
    kind: Literal["factor"] = "factor"
    gamma: Weight = 35.0
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-4
    """Of the discriminator."""
    width: Width = 1000


class DipConfig(_ObjectiveConfig):
    """ELBO + penalty on the aggregate posterior's covariance (Kumar et al. 2018)."""

    lever = "off_diagonal"
    kind: Literal["dip-i", "dip-ii"]
    off_diagonal: Weight = 10.0
    diagonal: Weight = 10.0


class IwaeConfig(_ObjectiveConfig):
    """Importance-weighted bound with k samples (Burda et al. 2016)."""

    kind: Literal["iwae"] = "iwae"
    samples: Annotated[int, Field(ge=1, le=1000)] = 5


ObjectiveConfig = Annotated[
    ReconstructionConfig
    | ElboConfig
    | CapacityConfig
    | BetaTcConfig
    | FactorConfig
    | DipConfig
    | IwaeConfig,
    Field(discriminator="kind"),
]


# --- training -------------------------------------------------------------------------------------


Rate = Annotated[float, Field(gt=0, le=1)]
"""A learning rate."""
Frozen = Literal["none", "encoder", "decoder"]
"""Which half of the model does not learn."""


class Levers(Config):
    """What may be changed while a training goes on; None leaves a thing as it is."""

    learning_rate: Rate | None = None
    weight: Weight | None = None
    """The objective's `lever`: beta, or the gamma of its own term."""
    frozen: Frozen | None = None

    def over(self, before: "Levers") -> "Levers":
        """These, and what was before where they leave it."""
        return before.replace(**self.model_dump(exclude_none=True))


class Change(Levers):
    """A change that takes effect at a step: the training up to it is as without."""

    step: Annotated[int, Field(ge=0)]

    @property
    def levers(self) -> Levers:
        """What is changed."""
        return Levers(**self.model_dump(exclude={"step"}))


class TrainConfig(Config):
    """How long, how fast, on what."""

    epochs: Annotated[int, Field(ge=1, le=100_000)] = 20
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 128
    learning_rate: Rate = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    """Learning rate over the run: the same throughout, or down to zero along a cosine."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    compile: Literal["auto", "on", "off"] = "auto"
    """Whether a C++ compiler makes one piece of code of a step; by itself where that pays."""
    changes: tuple[Change, ...] = ()
    """What was changed in mid-run, in order: a training with the same ones is the same training."""


class RunConfig(Config):
    """Everything that determines a training."""

    data: DataConfig = DataConfig()
    model: ModelConfig = VaeConfig()
    objective: ObjectiveConfig = ElboConfig()
    train: TrainConfig = TrainConfig()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.model.shape != self.data.shape:
            raise ValueError(
                f"the model is for images of {self.model.shape}, the data has {self.data.shape}"
            )
        _check_pair(self.model, self.objective)
        if not self.objective.lever and any(c.weight is not None for c in self.train.changes):
            raise ValueError(f"the objective '{self.objective.kind}' has no weight to change")
        return self

    @cached_property
    def _levers_at_start(self) -> Levers:
        lever = self.objective.lever
        return Levers(
            learning_rate=self.train.learning_rate,
            weight=getattr(self.objective, lever) if lever else None,
            frozen="none",
        )

    def levers(self, step: int) -> Levers:
        """What is in force at a step of the training."""
        found = self._levers_at_start
        for change in self.train.changes:
            if change.step <= step:
                found = change.levers.over(found)
        return found


def _check_pair(model: Config, objective: Config) -> None:
    """ValueError where a model cannot be trained by an objective."""
    plain = isinstance(model, AutoencoderConfig)
    if plain != isinstance(objective, ReconstructionConfig):
        raise ValueError(
            "a plain autoencoder has no KL: use the objective 'reconstruction'"
            if plain
            else "the objective 'reconstruction' is for the plain autoencoder: use 'elbo'"
        )
    if isinstance(objective, BetaTcConfig | FactorConfig | DipConfig):
        factorised = getattr(model, "posterior", None) == "diagonal"
        if not factorised or isinstance(getattr(model, "prior", None), VampPriorConfig):
            raise ValueError(
                f"the objective '{objective.kind}' needs one latent layer with a diagonal posterior "
                "and a standard normal prior: use model 'vae' or 'cvae' with those"
            )


T = TypeVar("T")


def parse(kind: type[T], settings: Mapping[str, Any] | str) -> T:
    """Settings from a mapping or JSON text; ConfigError in one sentence where they are wrong."""
    adapter: TypeAdapter[T] = TypeAdapter(kind)
    try:
        if isinstance(settings, str):
            return adapter.validate_json(settings)
        return adapter.validate_python(settings)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None


_VARIANTS = {"model", "objective", "backbone", "likelihood", "prior"}
"""Settings that come in kinds; pydantic puts the kind's name behind theirs."""


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, as `where: what (found ...)`."""
    first = error.errors()[0]
    places = first["loc"]
    kept = [part for i, part in enumerate(places) if i == 0 or places[i - 1] not in _VARIANTS]
    where = ".".join(str(part) for part in kept)
    found = first["input"]
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) else ""
    match first["type"]:
        case "extra_forbidden":
            return f"Unknown setting '{where}'. Check its spelling, or drop it: there is no such option here."
        case "union_tag_not_found":
            return f"{where}: needs a 'kind'."
        case "union_tag_invalid":
            context = first["ctx"]
            return f"{where}: no kind {context['tag']!r}. Choose one of {context['expected_tags']}."
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}{shown}." if where else f"{what[0].upper()}{what[1:]}{shown}."
