"""Below a map: what it is worth, what lies between the codes, other settings, and files to keep."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import streamlit as st

from ui import charts, frame, state
from ui.catalogue import Entry
from ui.mapping import charts_map, map_chart, map_pictures
from ui.mapping.map_places import Places
from ui.mapping.map_sources import Source
from vae.jobs.mapping import ALIVE, MapJob
from vae.projection import Points, Settings, check, most
from vae.projection.aggregate import RARE, plane_density
from vae.projection.quality import Quality, quality

SECTIONS = {
    "trust": "How far to trust it",
    "prior": "Codes and prior",
    "others": "Perplexity and seed",
    "save": "Save",
}
WAIT_SECONDS = 0.5
SMALL = 1000
"""Points of a small map."""
SIDE = 360
"""Pixels down of a small map and its title, with which it is about as wide as high."""
PERPLEXITIES, SEEDS = (5, 30, 100), (0, 1)

_beside = ThreadPoolExecutor(1, "quality")


def show(entry: Entry, source: Source, points: Points, settings: Settings, places: Places) -> None:
    """One of the sections."""
    chosen = state.chosen(state.MAP_BELOW, list(SECTIONS))
    st.segmented_control(
        "Below the map",
        list(SECTIONS),
        required=True,
        format_func=lambda option: SECTIONS.get(option, option),
        key=state.picker(state.MAP_BELOW),
        on_change=lambda: state.take_choice(state.MAP_BELOW, SECTIONS),
        label_visibility="collapsed",
    )
    match chosen:
        case "prior":
            _show_prior(entry, points)
        case "others":
            _show_others(points)
        case "save":
            _show_files(entry, source, points, settings, places)
        case _:
            _show_trust(points, settings, places)


# --- how far to trust it --------------------------------------------------------------------------


def _show_trust(points: Points, settings: Settings, places: Places) -> None:
    digest = map_chart.digest_of(places)
    measured = _quality(digest, points, places)
    if not measured.done():
        st.caption("Comparing neighbours on the map with neighbours among the codes")
        _await(digest, points, places)
        return
    found = measured.result()
    with st.container(horizontal=True):
        _number(
            "Trustworthiness",
            f"{found.trustworthiness:.2f}",
            "1 where every neighbour on the map is a neighbour among the codes",
        )
        if found.codes is not None and found.places is not None:
            _number(
                "Class by neighbours, codes",
                f"{found.codes:.0%}",
                "How often most of the 10 nearest codes are of the image's class",
            )
            _number(
                "Class by neighbours, map",
                f"{found.places:.0%}",
                "The same of the 10 nearest points on the map",
            )
    st.markdown(_verdict(found, settings))


def _number(label: str, value: str, about: str) -> None:
    st.metric(label, value, help=about, width="content")


def _verdict(found: Quality, settings: Settings) -> str:
    """What the numbers mean, in one or two sentences."""
    close = (
        "shows most neighbourhoods"
        if found.trustworthiness > 0.95
        else "tears or mixes some neighbourhoods"
    )
    if found.trustworthiness < 0.85:
        close = "mixes many points that are far apart among the codes"
    words = f"This map {close} (by {found.compared:,} of its points)."
    if settings.method != "pca":
        words += " Sizes of groups and distances between them mean little."
    return words


@st.cache_resource(max_entries=64, show_spinner=False)
def _quality(digest: str, _points: Points, _places: Places) -> "Future[Quality]":
    return _beside.submit(quality, _points.mu, _places, _points.labels)


@st.fragment(run_every=WAIT_SECONDS)
def _await(digest: str, points: Points, places: Places) -> None:
    with frame.errors_shown():
        if _quality(digest, points, places).done():
            state.rerun()


# --- codes and prior ------------------------------------------------------------------------------


def _show_prior(entry: Entry, points: Points) -> None:
    """The aggregate posterior of two units and of each, beside the prior."""
    if points.logvar is None or not entry.has_normal_prior:
        why = "learns its prior" if entry.learns_prior else "has no prior"
        st.markdown(f"This model {why}, so there is no N(0, I) to compare its codes with.")
        return
    ranked = _ranked(entry, points)
    units = (ranked[0], ranked[min(1, len(ranked) - 1)])
    left, right = st.columns(2)
    with left:
        plane = plane_density(points.mu, points.logvar, units)
        st.plotly_chart(charts_map.plane_figure(plane, units), config={"displayModeBar": False})
        st.markdown(
            f"**{plane.share:.0%}** of what the prior draws for these two units lies in holes (outlined): "
            f"images are there at least {1 / RARE:.0f} times rarer than N(0, I) says. "
            "The circles are 1, 2 and 3 standard deviations of the prior."
        )
    with right:
        figure = charts_map.units_figure(points.mu, points.logvar, ranked)
        st.plotly_chart(figure, config={"displayModeBar": False})
        st.markdown(
            "Each unit's codes over all images, and the prior dotted. A unit that the model does not "
            "use looks exactly like the prior."
        )


def _ranked(entry: Entry, points: Points) -> list[int]:
    """Units by what they carry."""
    assert points.logvar is not None, "of a model with posteriors"
    kl = 0.5 * (points.mu**2 + np.exp(points.logvar) - 1 - points.logvar).mean(0)
    known = entry.kl_per_unit if len(entry.kl_per_unit) == len(kl) else kl
    return sorted(range(len(kl)), key=lambda unit: -known[unit])


# --- other settings -------------------------------------------------------------------------------


def _show_others(points: Points) -> None:
    """The same images by t-SNE with other perplexities and seeds."""
    codes = points.mu[:SMALL]
    limit = most(len(codes))["perplexity"]
    perplexities = dict.fromkeys(min(each, limit) for each in PERPLEXITIES)
    wanted = [
        Settings(method="tsne", perplexity=each, seed=seed)
        for seed in SEEDS
        for each in perplexities
    ]
    check(codes, wanted[0])
    job = MapJob.of(codes, wanted)
    st.markdown(
        "The same images by t-SNE: across with another perplexity, down with another seed. "
        "What changes between them is not in the codes."
    )
    pace = WAIT_SECONDS if job.status.state in ALIVE else None
    st.fragment(_draw_others, run_every=pace)(points, wanted, pace)


def _draw_others(points: Points, wanted: list[Settings], pace: float | None) -> None:
    with frame.errors_shown():
        with frame.above():
            frame.say_told()
        codes = points.mu[:SMALL]
        job = MapJob.of(codes, wanted)
        status = job.status
        alive = status.state in ALIVE
        with st.container(horizontal=True, vertical_alignment="center"):
            if alive:
                share = status.step / status.total if status.total else 0.0
                st.progress(
                    min(1.0, share), frame.as_plain_text(status.busy) or "The maps are forming"
                )
                st.button(
                    "Stop them", on_click=frame.callback(job.ask), args=("stop",), key="others stop"
                )
            elif status.state != "done":
                if status.cause:
                    st.error(frame.as_plain_text(status.cause))
                st.button(
                    f"Make {len(wanted)} maps",
                    type="primary",
                    on_click=frame.callback(job.start),
                    args=(codes, wanted),
                    key="others make",
                    help=f"Of the first {len(codes):,} images; takes about a minute",
                )
        places = [job.places(number) for number in range(len(wanted))]
        if any(each is not None for each in places):
            labels = np.zeros(len(codes), int) if points.labels is None else points.labels[:SMALL]
            _draw_small(wanted, places, labels)
        if alive != (pace is not None):
            state.rerun()


def _draw_small(wanted: list[Settings], places: list[Places | None], labels: np.ndarray) -> None:
    """The maps in rows, a perplexity a column; on a phone one below the other."""
    names = [str(name) for name in range(int(labels.max()) + 1)]
    columns = [column for _ in SEEDS for column in st.columns(len(wanted) // len(SEEDS))]
    for column, each, found in zip(columns, wanted, places, strict=True):
        title = f"perplexity {each.perplexity:g}, seed {each.seed}"
        table = charts_map.small_table(found, [str(label) for label in labels.tolist()])
        with column:
            chart = charts_map.small_chart(title, names)
            st.vega_lite_chart(
                charts.of(table, chart), height=SIDE, alt=f"t-SNE, {title}", key=title
            )


# --- files ----------------------------------------------------------------------------------------


def _show_files(
    entry: Entry, source: Source, points: Points, settings: Settings, places: Places
) -> None:
    """Downloads, each made when it is asked for."""
    whole = points.with_(maps={settings.title: places})
    name = f"{entry.key.replace('/', '-')}-{settings.title}"
    with st.container(horizontal=True):
        st.download_button(
            "CSV",
            lambda: _csv(whole),
            f"{name}.csv",
            on_click="ignore",
            help="A row an image: class, numbers in nats, place on the map, code",
        )
        st.download_button(
            "NPZ",
            whole.npz,
            f"{name}.npz",
            on_click="ignore",
            help="The same as arrays, for NumPy: numpy.load(file)",
        )
        st.download_button(
            "Projector",
            lambda: _projector(entry, source, points),
            f"{name}-projector.zip",
            on_click="ignore",
            help="For TensorBoard's Embedding Projector: codes, what is known of each, and pictures",
        )
    st.caption(
        "PNG and SVG of what is seen: the buttons beside the map. The address holds the view."
    )


def _csv(points: Points) -> bytes:
    from vae.projection.formats import to_csv  # noqa: PLC0415

    return to_csv(points)


def _projector(entry: Entry, source: Source, points: Points) -> bytes:
    from vae.projection.formats import to_projector  # noqa: PLC0415

    return to_projector(points, map_pictures.of(entry, source, points))
