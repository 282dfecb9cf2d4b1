"""What a trained model knows: codes, likelihoods, and how well it describes images."""

from vae.analysis.encode import Codes, encode
from vae.analysis.evaluate import Evaluation, evaluate, likelihood_name
from vae.analysis.likelihood import log_likelihood

__all__ = [
    "Codes",
    "Evaluation",
    "encode",
    "evaluate",
    "likelihood_name",
    "log_likelihood",
]
