"""A model card: what a model is, how it was made and how well it does, for people."""

import json
import re
from collections.abc import Mapping
from typing import Any

from vae.classes import names_of
from vae.config import Levers, RunConfig

_NUMBERS = {
    "nll": "negative log-likelihood, by importance sampling",
    "elbo": "ELBO",
    "recon": "reconstruction, -log p(x\\|z)",
    "kl": "KL(q(z\\|x) \\|\\| p(z))",
}


def model_card(
    title: str, config: RunConfig, metrics: Mapping[str, Any], *, note: str = "", data: str = ""
) -> str:
    """Markdown: title, remarks, model, data, training, numbers in nats per image, how to load it."""
    parts = [f"# {title}", note, _what(config, data), _measured(metrics), _SETTINGS, _USE]
    text = "\n\n".join(part for part in parts if part)
    return text.replace("<settings>", json.dumps(config.model_dump(mode="json"), indent=2)) + "\n"


def _what(config: RunConfig, data: str) -> str:
    model, train = config.model, config.train
    objective: str = config.objective.kind
    if lever := config.objective.lever:
        objective += f", {lever} {config.levers().weight:g}"
    channels, height, width = model.shape
    lines = [
        f"- **Model:** {model.kind}, {model.latent_dim} latent units, images of "
        f"{height} by {width} pixels in {channels} channel{'s' if channels > 1 else ''}",
        f"- **Data:** {data or config.data.name}, {config.data.pixels} pixels",
        *(
            [f"- **Classes:** {', '.join(map(_plain, names))}"]
            if (names := names_of(config))
            else []
        ),
        f"- **Objective:** {objective}",
        f"- **Training:** {train.epochs} epochs, batches of {train.batch_size}, Adam at "
        f"{train.learning_rate:g}, seed {train.seed}",
        *(
            f"- **From step {change.step:,}:** {_changed(change, lever)}"
            for change in train.changes
        ),
    ]
    return "\n".join(lines)


def _plain(name: str) -> str:
    """A name as Markdown that shows it as it is."""
    return re.sub(r"[\\`*_~\[\]<>&|$]", r"\\\g<0>", " ".join(name.split()))


def _changed(change: Levers, lever: str) -> str:
    """What was changed in mid-run."""
    values = {
        lever: change.weight,
        "learning rate": change.learning_rate,
        "does not learn:": change.frozen,
    }
    return ", ".join(
        f"{what} {value:g}" if isinstance(value, float) else f"{what} {value}"
        for what, value in values.items()
        if value is not None
    )


def _measured(metrics: Mapping[str, Any]) -> str:
    rows = [
        f"| {about} | {metrics[name]:.2f} |"
        for name, about in _NUMBERS.items()
        if isinstance(metrics.get(name), int | float)
    ]
    if not rows:
        return ""
    head = ["Means over held-out images, in nats per image:", "", "| | nats |", "| --- | --- |"]
    return "\n".join(head + rows)


_SETTINGS = "## Settings\n\n```json\n<settings>\n```"

_USE = """## Use

```python
from pathlib import Path

from vae.training import load_model

model = load_model(Path("THIS FOLDER")).model
```

The weights are safetensors: any program that reads them can use them, and nothing in them can run
code."""
