"""Which images a map is of and how it is made: what is chosen, and the widgets that change it."""

from collections.abc import Mapping

import streamlit as st

from ui import state
from ui.catalogue import Entry
from ui.mapping import map_sources
from ui.mapping.map_sources import Source
from vae.errors import VaeError
from vae.projection import Settings, most

METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
ABOUT = (
    "PCA: the plane in which codes spread most; distances mean something. "
    "t-SNE and UMAP: neighbours stay neighbours; sizes and distances of groups mean little."
)
DIMS = {"2": "2-D", "3": "3-D"}
ABOUT_DIMS = "Drag a map of three dimensions to turn it."


def _same(*options: str) -> dict[str, str]:
    return {option: option for option in options}


PERPLEXITIES = _same("30", "5", "10", "50", "100")
NEIGHBOURS = _same("15", "5", "50", "100")
SEEDS = _same("0", "1", "2", "3")


def chosen(entry: Entry) -> tuple[Settings, Source]:
    """What the address asks for, or was last chosen."""
    sources = map_sources.of(entry)
    source = sources[_chosen(state.MAP_IMAGES, _titles(sources))]
    settings = {
        "method": _chosen(state.MAP_METHOD, _methods(entry)),
        "dims": int(_chosen(state.MAP_DIMS, DIMS)),
    }
    if settings["method"] == "tsne":
        options = _fitting("perplexity", PERPLEXITIES, entry, source)
        settings["perplexity"] = float(_chosen(state.MAP_PERPLEXITY, options))
    if settings["method"] == "umap":
        options = _fitting("neighbours", NEIGHBOURS, entry, source)
        settings["neighbours"] = int(_chosen(state.MAP_NEIGHBOURS, options))
    if settings["method"] != "pca":
        settings["seed"] = int(_chosen(state.MAP_SEED, SEEDS))
    return Settings.model_validate(settings), source


def draw(entry: Entry, settings: Settings, source: Source) -> None:
    """The widgets of what `chosen` says."""
    _segments(state.MAP_METHOD, _methods(entry), "Method", ABOUT)
    _segments(state.MAP_DIMS, DIMS, "Dimensions", ABOUT_DIMS)
    with st.popover("Settings", help="Which images are on the map, and how it is made"):
        about = "Each image is a point: where the mean of its code is."
        _select(state.MAP_IMAGES, _titles(map_sources.of(entry)), "Images", about)
        if settings.method == "tsne":
            about = "How many neighbours a point has, in effect: few show detail, many the whole."
            options = _fitting("perplexity", PERPLEXITIES, entry, source)
            _select(state.MAP_PERPLEXITY, options, "Perplexity", about)
        if settings.method == "umap":
            about = "How many neighbours a point has: few show detail, many the whole."
            options = _fitting("neighbours", NEIGHBOURS, entry, source)
            _select(state.MAP_NEIGHBOURS, options, "Neighbours", about)
        if settings.method != "pca":
            about = "Where points begin. What another seed changes is not in the codes."
            _select(state.MAP_SEED, SEEDS, "Seed", about)


def _fitting(what: str, usual: dict[str, str], entry: Entry, source: Source) -> dict[str, str]:
    """Those of the usual values that so few images allow, the one to begin with first."""
    try:
        count = len(map_sources.points(entry, source))
    except VaeError:
        return usual  # said where the map is drawn
    limit = most(count)[what]
    first = f"{min(limit, float(next(iter(usual)))):g}"
    return _same(first, *(each for each in usual if float(each) <= limit and each != first))


def _methods(entry: Entry) -> dict[str, str]:
    two = entry.config.model.latent_dim == 2
    return METHODS | ({"pca": "Latent plane"} if two else {})


def _titles(sources: Mapping[str, Source]) -> dict[str, str]:
    return {key: source.title for key, source in sources.items()}


def _chosen(what: str, options: Mapping[str, str]) -> str:
    option = state.chosen(what, list(options))
    assert option is not None, "there is always an option"
    return option


def _select(what: str, options: Mapping[str, str], label: str, about: str) -> None:
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: options.get(option, option),
        key=state.picker(what),
        on_change=lambda: state.take_choice(what, options),
        help=about,
    )


def _segments(what: str, options: Mapping[str, str], label: str, about: str) -> None:
    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda option: options.get(option, option),
        key=state.picker(what),
        on_change=lambda: state.take_choice(what, options),
        help=about,
        label_visibility="collapsed",
    )
