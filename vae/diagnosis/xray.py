"""Loss X-ray: what the weight of the KL really is, after all scalings, in nats per image and pixel."""

from dataclasses import dataclass

from vae.config import (
    AutoencoderConfig,
    BetaTcConfig,
    CapacityConfig,
    DipConfig,
    ElboConfig,
    FactorConfig,
    GaussianConfig,
    IwaeConfig,
    RunConfig,
)


@dataclass(frozen=True)
class Xray:
    """How a training weighs the KL against the reconstruction, both in nats per image."""

    formula: str
    """The loss as it is at the end of the training."""
    beta: float | None
    """Weight of the KL per image; None where the loss has no KL of its own."""
    pixels: int
    units: int
    scale: float | None
    """Standard deviation of a pixel, of a Gaussian likelihood."""
    notes: tuple[str, ...]
    """What else bears on the weight, a sentence each."""

    @property
    def per_pixel(self) -> float | None:
        """Weight of the whole KL beside a reconstruction that is a mean over pixels: beta / pixels."""
        return None if self.beta is None else self.beta / self.pixels

    @property
    def per_unit(self) -> float | None:
        """Weight where both are means, over units and over pixels: beta units / pixels.

        The normalised beta of Higgins et al. 2017.
        """
        return None if self.beta is None else self.beta * self.units / self.pixels

    @property
    def per_square(self) -> float | None:
        """Weight beside a plain sum of squared errors, 2 scale^2 beta; None for other likelihoods."""
        if self.beta is None or self.scale is None:
            return None
        return 2 * self.scale**2 * self.beta


def xray(config: RunConfig, scale: float | None = None) -> Xray:
    """What the settings make of the KL; `scale` is a deviation of pixels that was learned."""
    likelihood = config.model.likelihood
    given = likelihood.scale if isinstance(likelihood, GaussianConfig) else None
    scale = scale if given is not None and scale is not None else given
    formula, beta, notes = _weighed(config)
    return Xray(formula, beta, config.model.pixels, config.model.latent_dim, scale, notes)


def _weighed(config: RunConfig) -> tuple[str, float | None, tuple[str, ...]]:  # noqa: PLR0911
    """The loss, the weight of its KL, and what else there is to say."""
    if isinstance(config.model, AutoencoderConfig):
        return "loss = recon", None, ("A plain autoencoder has no KL: nothing orders its codes.",)
    objective = config.objective_at()
    match objective:
        case ElboConfig():
            beta = objective.beta
            return f"loss = recon + {beta:g} · KL", beta, _elbo_notes(objective)
        case CapacityConfig():
            return _capacity(objective)
        case BetaTcConfig():
            mi, tc, rest = (f"{w:g}" for w in (objective.alpha, objective.beta, objective.gamma))
            parts = f"{mi} · MI + {tc} · TC + {rest} · dimension-wise KL"
            note = "The KL is the sum of the three: only its part TC weighs more than the rest."
            return f"loss = recon + {parts}", objective.gamma, (note,)
        case FactorConfig():
            gamma = objective.gamma
            note = f"{gamma:g} weighs the total correlation alone; the KL itself weighs 1."
            return f"loss = recon + KL + {gamma:g} · TC", 1.0, (note,)
        case DipConfig():
            note = "The penalty is on covariances, which are no nats; the KL itself weighs 1."
            return "loss = recon + KL + penalty", 1.0, (note,)
        case IwaeConfig():
            note = (
                "The bound has no KL of its own; with one sample it is the ELBO, where beta is 1."
            )
            return (
                f"loss = \N{MINUS SIGN}log of the mean of {objective.samples} weights",
                1.0,
                (note,),
            )
    raise AssertionError(f"no loss for {objective.kind}")


def _capacity(objective: CapacityConfig) -> tuple[str, float, tuple[str, ...]]:
    gamma = objective.gamma
    note = (
        f"The KL is pulled to C, which grows to {objective.capacity:g} nats over "
        f"{objective.capacity_steps:,} steps: {gamma:g} nats a nat of KL beyond it, and as much for "
        "each nat below."
    )
    formula = f"loss = recon + {gamma:g} · |KL \N{MINUS SIGN} {objective.capacity:g}|"
    return formula, gamma, (note,)


def _elbo_notes(objective: ElboConfig) -> tuple[str, ...]:
    notes = []
    if objective.warmup_steps:
        notes.append(
            f"Warm-up: the weight grows from 0 over the first {objective.warmup_steps:,} steps."
        )
    if objective.free_bits:
        notes.append(
            f"Free nats: the first {objective.free_bits:g} nats of every unit cost nothing."
        )
    return tuple(notes)
