"""The element of the exact posterior: a pad, p(z|x) and q(z|x) over the same codes, three numbers."""

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ui.catalogue import Entry
from ui.live import described
from ui.live.bundle import script, text
from ui.live.drawing import Shelf
from ui.live.element import element
from ui.state import PicturePush

if TYPE_CHECKING:
    from torch import Tensor

    from vae.analysis.exact_posterior import ExactPosterior

_element = element(
    "latent_exact",
    html=text("drawing/exact.html"),
    css=text("base/live.css", "controls/tiles.css", "drawing/exact.css"),
    js=script("drawing/exact.js"),
)


def exact(  # noqa: PLR0913 - an option is an argument
    entry: Entry,
    *,
    key: str,
    begin: PicturePush,
    class_names: Sequence[str],
    shelf: Shelf,
    found: "ExactPosterior | None",
    of: str,
) -> None:
    """Show the pad and both posteriors: the browser's while the pen moves, at rest what was `found`.

    `of` tells which picture that is of; it is drawn as long as the pad holds no other.

    Raises:
        CheckpointError: weights that are damaged or do not fit their settings.
    """
    model = entry.config.model
    data = {
        **described.described(entry, class_names),
        # The browser adds up the densities that it knows: of pixels on or off, of a normal prior.
        "binary": model.likelihood.kind == "bernoulli",
        "alone": model.likelihood.kind == "bernoulli" and entry.has_normal_prior,
        "full": getattr(model, "posterior", "diagonal") == "full",
        "framing": described.framing(entry),
        "shelf": asdict(shelf),
        "picture": described.sent(begin.picture),
        "revision": begin.revision,
        "exact": found and _sent(found, of),
    }
    _element(
        key=key,
        data=data,
        default={"drawn": None, "leaf": 0, "problem": ""},
    )


def _sent(found: "ExactPosterior", of: str) -> dict[str, Any]:
    """Densities as shares of their peak, a byte each, and the numbers in nats."""
    return {
        "of": of,
        "box": [found.across[0].item(), found.across[-1].item(), *found.up[[0, -1]].tolist()],
        "side": len(found.across),
        "p": _bytes(found.log_p),
        "q": _bytes(found.log_q),
        "mu": found.mu.tolist(),
        "covariance": found.covariance.flatten().tolist(),
        "numbers": [found.log_px, found.elbo, found.gap, found.error],
    }


def _bytes(log_density: "Tensor") -> str:
    values = log_density.numpy()
    shares = np.rint(255 * np.exp(values - values.max())).astype(np.uint8)
    return base64.b64encode(shares.tobytes()).decode()
