"""How a code is drawn from q(z|x), and what it costs: lines within `terms`.

All of them give `kl_units`, the mean KL of each unit in nats, and what the objectives name: `z` and
`noise` [k n d], `mu` and `logvar` [n d].
"""

from dataclasses import dataclass, replace

from vae.config import CvaeConfig, LadderConfig, RunConfig, VampPriorConfig


@dataclass(frozen=True)
class Drawn:
    """Lines, and expressions that hold after them."""

    lines: str
    code: str
    """What is decoded: a row for each of `many`."""
    log_q: str
    """Log q(z|x) [k n]."""
    log_p: str = "-0.5 * (z**2 + math.log(2 * math.pi)).sum(2)"
    """Log p(z) [k n]."""


_DIAGONAL = Drawn(
    """
mu, logvar = model.encode(x{y})
noise = torch.randn(SAMPLES, *mu.shape, device=mu.device)
z = mu + torch.exp(0.5 * logvar) * noise
kl_units = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(0)
""",
    "z.flatten(0, 1)",
    "-0.5 * (noise**2 + logvar + math.log(2 * math.pi)).sum(2)",
)
_FULL = Drawn(
    """
mu, cholesky = model.encode(x{y})
noise = torch.randn(SAMPLES, *mu.shape, device=mu.device)
z = mu + torch.einsum("nij,knj->kni", cholesky, noise)
log_diagonal = cholesky.diagonal(dim1=1, dim2=2).log()
kl_units = (0.5 * (mu**2 + cholesky.square().sum(2) - 1) - log_diagonal).mean(0)
""",
    "z.flatten(0, 1)",
    "-(0.5 * (noise**2 + math.log(2 * math.pi)) + log_diagonal).sum(2)",
)
_VAMP = Drawn(
    """
mu, logvar = model.encode(x{y})
noise = torch.randn(SAMPLES, *mu.shape, device=mu.device)
z = mu + torch.exp(0.5 * logvar) * noise
log_q_units = -0.5 * (noise**2 + logvar + math.log(2 * math.pi))
log_p_units = model.log_prior(z)
kl_units = (log_q_units - log_p_units).mean((0, 1))  # by the samples: it has no closed form
""",
    "z.flatten(0, 1)",
    "log_q_units.sum(2)",
    "log_p_units.sum(2)",
)
_LADDER = Drawn(
    """
value, z, noise, mu, logvar = draw(model, many)
kl_units = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(0)
""",
    "value",
    "-0.5 * (noise**2 + logvar + math.log(2 * math.pi)).sum(1).view(SAMPLES, -1)",
    "-0.5 * (z**2 + math.log(2 * math.pi)).sum(1).view(SAMPLES, -1)",
)


def of(config: RunConfig) -> Drawn:
    """How the model of these settings draws."""
    model = config.model
    if isinstance(model, LadderConfig):
        return _LADDER
    drawn = _DIAGONAL
    if getattr(model, "posterior", "") == "full":
        drawn = _FULL
    elif isinstance(getattr(model, "prior", None), VampPriorConfig):
        drawn = _VAMP
    if not isinstance(model, CvaeConfig):
        return replace(drawn, lines=drawn.lines.format(y=""))
    lines = drawn.lines.format(y=", y") + "labels = torch.cat([y] * SAMPLES)\n"
    return replace(drawn, lines=lines, code=f"{drawn.code}, labels")
