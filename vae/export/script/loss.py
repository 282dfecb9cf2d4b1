"""What the training makes small: the functions `log_prob` and `terms`."""

from textwrap import indent

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
from vae.export.script import sampling

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
    many = x.repeat(SAMPLES, 1, 1, 1)
{drawn}
    recon_each = -log_prob(model, model.decode({code}), many).view(SAMPLES, -1)
    recon, kl = recon_each.mean(), kl_units.sum()
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
_FACTOR = """
# The total correlation, as the odds that a discriminator gives which does not learn from it.
frozen = {{name: p.detach() for name, p in model.discriminator.named_parameters()}}
odds = torch.func.functional_call(model.discriminator, frozen, (z[0],))
tc = (odds[:, 0] - odds[:, 1]).mean()
# The discriminator learns to tell codes from codes with each unit shuffled over the batch.
codes = z[0].detach()
shuffled = codes.gather(0, torch.rand(codes.shape, device=codes.device).argsort(0))
truth = torch.arange(2, device=codes.device).repeat_interleave(len(codes))
told_apart = F.cross_entropy(model.discriminator(torch.cat([codes, shuffled])), truth)
loss = recon + kl + {gamma} * tc + told_apart
"""
_DIP = """
centred = mu - mu.mean(0)
cov = centred.T @ centred / len(mu){inner}
diagonal = cov.diagonal()
off = cov.square().sum() - diagonal.square().sum()
loss = recon + kl + {off_diagonal} * off
loss = loss + {diagonal} * (diagonal - 1).square().sum()
"""
_IWAE = """
log_q = {log_q}
log_p = {log_p}
loss = -((log_p - log_q - recon_each).logsumexp(0) - math.log(SAMPLES)).mean()
"""


def texts(config: RunConfig) -> list[str]:
    """The functions, one text each."""
    likelihood = config.model.likelihood
    density = _LOG_PROB[likelihood.kind]
    if isinstance(likelihood, GaussianConfig):
        fixed = f"torch.tensor({likelihood.scale}, device=out.device).log()"
        density = density.format(log_scale="model.log_scale" if likelihood.learn_scale else fixed)
    if isinstance(config.model, AutoencoderConfig):
        return [density, _PLAIN]
    drawn = sampling.of(config)
    loss = _objective(config, drawn).strip()
    lines = (indent(text.strip("\n"), " " * 4) for text in (drawn.lines, loss))
    return [density, _TERMS.format(drawn=next(lines), loss=next(lines), code=drawn.code)]


def _objective(config: RunConfig, drawn: sampling.Drawn) -> str:
    """The lines that give `loss`."""
    objective = config.objective
    match objective:
        case ElboConfig():
            charged = f"kl_units.clamp(min={objective.free_bits}).sum()"
            return (
                f"beta = {_warm_up(objective.beta, objective.warmup_steps)}\n"
                f"loss = recon + beta * {charged if objective.free_bits else 'kl'}"
            )
        case CapacityConfig():
            grown = _warm_up(objective.capacity, objective.capacity_steps)
            return f"capacity = {grown}\nloss = recon + {objective.gamma} * (kl - capacity).abs()"
        case BetaTcConfig():
            beta = _warm_up(objective.beta, objective.warmup_steps)
            return _BETA_TC.format(alpha=objective.alpha, beta=beta, gamma=objective.gamma)
        case FactorConfig():
            return _FACTOR.format(gamma=objective.gamma)
        case DipConfig():
            inner = " + logvar.exp().mean(0).diag()" if objective.kind == "dip-ii" else ""
            weights = objective.model_dump(include={"off_diagonal", "diagonal"})
            return _DIP.format(inner=inner, **weights)
        case IwaeConfig():
            return _IWAE.format(log_q=drawn.log_q, log_p=drawn.log_p)
        case _:
            raise AssertionError(f"{objective.kind} is for the plain autoencoder")


def _warm_up(weight: float, steps: int) -> str:
    return f"{weight} * min(1, step / {steps})" if steps else f"{weight}"
