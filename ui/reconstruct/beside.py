"""Which models a picture is shown in beside the chosen one."""

from collections.abc import Mapping

import streamlit as st

from ui import cached, frame, naming, state
from ui.catalogue import Entry
from ui.live.described import problem
from vae.config import AutoencoderConfig, VaeConfig

MOST = 6


def pick(entry: Entry) -> list[tuple[str, Entry]]:
    """Models of the same shape, with short titles; at first those that show the contrast best."""
    fit = {
        key: other
        for key, other in cached.explorable().entries.items()
        if key != entry.key and _fits(other, entry)
    }
    if not fit:
        return []
    titles = naming.unique({key: _title(other, entry) for key, other in fit.items()})
    chosen = st.multiselect(
        "Beside it",
        list(fit),
        default=contrasts(entry, fit),
        format_func=lambda key: titles.get(key, key),
        key=state.beside(entry.key),
        max_selections=MOST,
        help="The same picture in other models, live",
    )
    usable = []
    for key in (key for key in chosen if key in fit):
        if why := problem(fit[key]):
            st.warning(frame.as_plain_text(f"{titles[key]} is left out: {why}"))
        else:
            usable.append((titles[key], fit[key]))
    return usable


def contrasts(entry: Entry, fit: Mapping[str, Entry]) -> list[str]:
    """An autoencoder, the smallest and the largest plain VAE, and the largest beta, on the same data."""
    same = {key: o for key, o in fit.items() if o.config.data.name == entry.config.data.name}
    plain = [key for key, o in same.items() if isinstance(o.config.model, AutoencoderConfig)]
    vaes = {key: o for key, o in same.items() if isinstance(o.config.model, VaeConfig)}
    first = [key for key, o in vaes.items() if _beta(o) == 1]
    by_size = sorted(first, key=lambda key: vaes[key].config.model.latent_dim)
    by_beta = sorted(vaes, key=lambda key: _beta(vaes[key]))
    return list(dict.fromkeys([*plain[:1], *by_size[:1], *by_size[-1:], *by_beta[-1:]]))


def _fits(other: Entry, entry: Entry) -> bool:
    """Whether a model takes the picture, and the label where it needs one."""
    labels = naming.class_names(other.config)
    known = not labels or labels == naming.class_names(entry.config)
    return known and other.config.model.shape == entry.config.model.shape


def _title(other: Entry, entry: Entry) -> str:
    """A model in a few words: what tells it from others, and its data where that is not the same."""
    same = other.config.data.name == entry.config.data.name
    data = "" if same else naming.DATA[other.config.data.name]
    parts = [naming.model(other.config.model), naming.goal(other.config), data]
    return " · ".join(part for part in parts if part)


def _beta(entry: Entry) -> float:
    return naming.beta(entry.config)
